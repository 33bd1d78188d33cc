package source

import (
	"fmt"
	"strconv"
	"strings"
)

// headRows is how many rows of a sheet, blank ones left out, show where its
// header stands.
const headRows = 60

// sheetRow is a row of a sheet that is not blank.
type sheetRow struct {
	line  int64 // from 1
	cells []string
}

// findHeader returns the first and the last of rows that name the columns.
// Above them stand a title, a date, who printed it: rows that fill fewer
// columns than most, or say one thing all over. Below a header whose cells
// span several columns stands another with their parts.
func findHeader(rows []sheetRow, merges []merge) (first, last int) {
	width := usualWidth(rows)
	if width < 2 {
		return 0, 0
	}
	like := func(i int) bool {
		filled, distinct, _ := look(rows[i].cells)
		return filled*5 >= width*3 && distinct > 1
	}
	for first = 0; first < len(rows) && !like(first); first++ {
	}
	if first == len(rows) {
		return 0, 0
	}
	if filled, _, numbers := look(rows[first].cells); numbers*2 > filled && !spans(merges, rows[first].line) { // sums above the names?
		for i := first + 1; i < min(first+4, len(rows)); i++ {
			if filled, _, numbers := look(rows[i].cells); like(i) && numbers == 0 && filled*4 >= width*3 {
				first = i
				break
			}
		}
	}
	for last = first; last+1 < len(rows) && last < first+3 && spans(merges, rows[last].line); last++ {
		if _, _, numbers := look(rows[last+1].cells); numbers > 0 || !like(last+1) {
			break
		}
	}
	return first, last
}

// usualWidth is how many cells most rows have, the larger number in doubt.
func usualWidth(rows []sheetRow) int {
	counts := map[int]int{}
	best := 0
	for _, r := range rows {
		filled, _, _ := look(r.cells)
		counts[filled]++
		if n := counts[filled]; n > counts[best] || n == counts[best] && filled > best {
			best = filled
		}
	}
	return best
}

// look counts the cells of a row that hold something, how many of them differ,
// and how many are numbers.
func look(cells []string) (filled, distinct, numbers int) {
	seen := map[string]bool{}
	for _, c := range cells {
		if c = strings.TrimSpace(c); c == "" {
			continue
		}
		filled++
		seen[c] = true
		if _, err := strconv.ParseFloat(c, 64); err == nil {
			numbers++
		}
	}
	return filled, len(seen), numbers
}

// spans says whether a cell of that line is merged over several columns.
func spans(merges []merge, line int64) bool {
	for _, m := range merges {
		if int64(m.top) <= line && line <= int64(m.bottom) && m.left < m.right {
			return true
		}
	}
	return false
}

// joinHeader names each column by the cells of the header's rows, each once.
func joinHeader(rows []sheetRow) []string {
	var names []string
	for _, r := range rows {
		for i, cell := range r.cells {
			for len(names) <= i {
				names = append(names, "")
			}
			cell = strings.TrimSpace(cell)
			switch {
			case names[i] == "":
				names[i] = cell
			case cell != "" && !strings.HasSuffix(" "+names[i], " "+cell):
				names[i] += " " + cell
			}
		}
	}
	for len(names) > 0 && names[len(names)-1] == "" {
		names = names[:len(names)-1]
	}
	return names
}

// sayHeading tells where the header was found and what stands above it.
func (rd *reader) sayHeading(above []sheetRow, first, last int64) {
	rd.info.HeaderRow = int(first)
	if first == 1 && last == 1 {
		return
	}
	where := fmt.Sprintf("The header stands in row %d", first)
	if last > first {
		where = fmt.Sprintf("The header stands in rows %d to %d", first, last)
	}
	var texts []string
	for _, r := range above {
		for _, c := range r.cells {
			if c != "" {
				texts = append(texts, c)
			}
		}
	}
	if len(texts) > 0 {
		where += fmt.Sprintf("; above it, and left out: %q", shorten(strings.Join(texts, " "), 120))
	}
	rd.info.Notes = append(rd.info.Notes, where+".")
}
