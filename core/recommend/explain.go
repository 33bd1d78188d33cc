package recommend

// Because says why an item is recommended.
type Because struct {
	Why   Words    `json:"why"`
	Drove []string `json:"drove,omitempty"` // items of the history, those that drove it first
}

// Explain says why each of the items is recommended to a customer: in words,
// by how often it was had and what it is bought with, and, where the method was
// kept, which of the customer's latest items drove it, each left out in turn
// ([Occlude]). Items that are not known have no reason. One batch of answers.
func (m *Model) Explain(customer string, items []string) []Because {
	return m.explain(m.HistoryOf(customer), items)
}

func (m *Model) explain(h History, items []string) []Because {
	out := make([]Because, len(items))
	var of []int32
	var at []int
	for i, name := range items {
		if item, ok := m.itemAt[name]; ok {
			out[i].Why = m.Relations.why(h, item, m.called)
			of, at = append(of, item), append(at, i)
		}
	}
	if m.scorer == nil || len(h.Items) == 0 || len(of) == 0 {
		return out
	}
	for k, reasons := range occlude(m.scorer, h, len(m.Items), of, 3) {
		for _, r := range reasons {
			if r.Item != of[k] { // that it was had before is said in words
				out[at[k]].Drove = append(out[at[k]].Drove, m.called(r.Item))
			}
		}
	}
	return out
}

// reasons puts them beside the items of an answer.
func (m *Model) reasons(a *Answer, q Query, basket []int32) {
	h := m.HistoryOf(q.Customer)
	if len(q.Items) > 0 {
		h = History{Customer: -1, Items: basket, Basket: make([]int32, len(basket))}
	}
	names := make([]string, len(a.Items))
	for i, s := range a.Items {
		names[i] = s.Item
	}
	for i, b := range m.explain(h, names) {
		a.Items[i].Because = &b
	}
}

// promise returns what the examination said of each place of the lists, nil if
// the method was not examined.
func (m *Model) promise() []float64 {
	if m.Board == nil {
		return nil
	}
	if e := m.Board.Of(m.Method); e != nil && e.Result != nil {
		return e.Place
	}
	return nil
}
