package promo

import "slices"

// fewest observed weeks, over stores, that a product needs to be shared.
const fewest = 5

// Shared returns the model as a report carries it away: it answers as m does,
// but knows no week of history (what every store sold of every product, which
// are real rows where the sales are weekly), nor the products, with their
// names and prices, that were observed in fewer than five weeks. What only
// these would have lost or gained is left out of its answers. m stays as it
// is. O(items + series).
func (m *Model) Shared() *Model {
	s := *m
	s.kept, s.past, s.items, s.series, s.common, s.categories, s.members = 0, nil, nil, nil, nil, nil, nil
	s.notes = slices.Clone(m.notes)
	size := triangle(len(responses))
	known := map[int]bool{} // categories
	for i, it := range m.items {
		own := m.series[m.firstSeries[i]:m.firstSeries[i+1]]
		weeks := 0
		for _, one := range own {
			weeks += one.weeks
		}
		if weeks < fewest {
			continue
		}
		for _, one := range own {
			one.item = int32(len(s.items))
			s.series = append(s.series, one)
		}
		s.items = append(s.items, it)
		if g := m.group[i]; !known[g] {
			known[g] = true
			s.common = append(s.common, m.common[g*size:(g+1)*size]...)
		}
	}
	s.index()
	return &s
}

// Knows says whether an offer names a product and a store that the model has.
func (m *Model) Knows(o Offer) bool {
	i, ok := m.itemAt[o.Item]
	_, store := m.storeAt[o.Store]
	return ok && m.firstSeries[i] < m.firstSeries[i+1] && (o.Store == "" || store)
}
