package recommend

import "shoptwin/core/table"

// Describe takes from a table of products what items are called and, where the
// events did not say it, their categories; either column may be nil. The first
// row of an item counts. l must not be in use yet.
func (l *Log) Describe(item, label, category *table.Column) {
	if item == nil {
		return
	}
	code, names := item.Keys()
	at := make(map[string]int, len(l.Items))
	for i, name := range l.Items {
		at[name] = i
	}
	place := make([]int, len(names)) // of each product of the table, among the items
	for k, name := range names {
		place[k] = -1
		if i, ok := at[name]; ok {
			place[k] = i
		}
	}
	each := func(c *table.Column, put func(item int, code int32)) []string {
		codes, levels := c.Keys()
		for row, k := range code {
			if k >= 0 && place[k] >= 0 && codes[row] >= 0 {
				put(place[k], codes[row])
			}
		}
		return levels
	}
	if label != nil && label != item {
		labels := make([]int32, len(l.Items))
		known := false
		levels := each(label, func(i int, c int32) {
			if labels[i] == 0 {
				labels[i], known = c+1, true
			}
		})
		if known {
			l.Labels = make([]string, len(l.Items))
			for i, c := range labels {
				if c > 0 {
					l.Labels[i] = levels[c-1]
				}
			}
		}
	}
	if category != nil && l.Category == nil {
		of := make([]int32, len(l.Items))
		for i := range of {
			of[i] = -1
		}
		levels := each(category, func(i int, c int32) {
			if of[i] < 0 {
				of[i] = c
			}
		})
		l.Category, l.Categories = of, levels
	}
}
