package encode

// The form of a Given: contexts, levels and rest, keys and rows as
// differences where they ascend.

func (w *writer) given(g *Given) {
	w.int(len(g.By))
	for _, c := range g.By {
		w.int(c.Part)
		w.bool(c.Fine)
	}
	for i := range g.Levels {
		w.cells(&g.Levels[i])
	}
	for i := range g.Whole {
		w.cells(&g.Whole[i])
	}
	ints(w, g.Rest)
}

func (w *writer) cells(c *Cells) {
	w.int(len(c.Key))
	var last uint64
	for k, key := range c.Key {
		w.int(int(key - last))
		last = key
		w.int(int(c.Rows[k]))
		from, to := c.From[k], c.From[k+1]
		w.int(int(to - from))
		for x := from; x < to; x++ {
			w.int(int(c.Piece[x]))
			w.int(int(c.Count[x]))
		}
	}
}

func (r *reader) given() *Given {
	g := &Given{}
	for range r.len() {
		g.By = append(g.By, Context{r.int(), r.bool()})
	}
	g.Levels = make([]Cells, len(g.By))
	for i := range g.Levels {
		r.cells(&g.Levels[i])
	}
	g.Whole = make([]Cells, max(0, len(g.By)-1))
	for i := range g.Whole {
		r.cells(&g.Whole[i])
	}
	g.Rest = readInts[int64](r)
	return g
}

func (r *reader) cells(c *Cells) {
	c.From = []int32{0}
	var last uint64
	for range r.len() {
		last += uint64(r.int())
		c.Key, c.Rows = append(c.Key, last), append(c.Rows, int64(r.int()))
		for range r.len() {
			c.Piece, c.Count = append(c.Piece, int32(r.int())), append(c.Count, int64(r.int()))
		}
		c.From = append(c.From, int32(len(c.Piece)))
		if r.bad {
			return
		}
	}
	c.index()
}

// sound says whether g can be drawn from, for a part of that many pieces.
func (g *Given) sound(pieces int, missing bool) bool {
	if len(g.By) == 0 || len(g.By) > maxContexts || len(g.Rest) != pieces+1 || g.Rest[pieces] != 0 && !missing {
		return false
	}
	for i := range len(g.Levels) + len(g.Whole) {
		c := &Cells{}
		if i < len(g.Levels) {
			c = &g.Levels[i]
		} else {
			c = &g.Whole[i-len(g.Levels)]
		}
		for k := range c.Key {
			if k > 0 && c.Key[k] <= c.Key[k-1] || c.Rows[k] < c.kept[k] || c.From[k] == c.From[k+1] {
				return false
			}
			for x := c.From[k]; x < c.From[k+1]; x++ {
				p := int(c.Piece[x])
				if p < 0 || p > pieces || p == pieces && !missing || c.Count[x] < 1 || x > c.From[k] && c.Piece[x] <= c.Piece[x-1] {
					return false
				}
			}
		}
	}
	for _, n := range g.Rest {
		if n < 0 {
			return false
		}
	}
	return true
}
