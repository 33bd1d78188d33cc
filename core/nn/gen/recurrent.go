package main

// What a row of a recurrent layer does between its products; lstm.go and
// gru.go of the package above have the same in Go. A pass has at most seven
// slices, for want of pointers, and of sigmoid and tanh only one, for want of
// registers for their coefficients.
func init() {
	functions = append(functions, []function{
		{name: "vectorLSTMGates", about: "y = σ(y + bias)",
			ptrs: []string{"y", "bias"}, body: func(b *body) {
				b.store("y", b.sigmoid(b.add(b.load("y"), b.load("bias"))))
			}},
		{name: "vectorLSTMCell", about: "cand = tanh(cand + bias); c = f·before + i·cand; tanhc = tanh(c)",
			ptrs: []string{"i", "f", "cand", "bias", "before", "c", "tanhc"}, body: func(b *body) {
				g := b.tanh(b.add(b.load("cand"), b.load("bias")))
				b.store("cand", g)
				c := b.fma(b.load("f"), b.load("before"), b.mul(b.load("i"), g))
				b.store("c", c)
				b.store("tanhc", b.tanh(c))
			}},
		{name: "vectorLSTMOutput", about: "o = σ(o + bias); h = o·tanhc",
			ptrs: []string{"o", "bias", "tanhc", "h"}, body: func(b *body) {
				o := b.sigmoid(b.add(b.load("o"), b.load("bias")))
				b.store("o", o)
				b.store("h", b.mul(o, b.load("tanhc")))
			}},
		{name: "vectorLSTMOutputGradient", about: "with d = dout + dh, o = d·tanhc·o·(1-o) and dc += d·o·(1-tanhc²), o as it was",
			ptrs: []string{"o", "tanhc", "dout", "dh", "dc"}, body: func(b *body) {
				d := b.add(b.load("dh"), b.load("dout"))
				t, o := b.load("tanhc"), b.load("o")
				do := b.mul(d, o)
				b.store("dc", b.fma(do, b.fnma(t, t, b.num(1)), b.load("dc")))
				b.store("o", b.mul(b.mul(do, t), b.sub(b.num(1), o)))
			}},
		{name: "vectorLSTMCellGradient", about: "i, f, cand = dc·cand·i·(1-i), dc·before·f·(1-f), dc·i·(1-cand²); dc *= f, all as they were",
			ptrs: []string{"i", "f", "cand", "before", "dc"}, body: func(b *body) {
				dc, i, g := b.load("dc"), b.load("i"), b.load("cand")
				di := b.mul(dc, i)
				b.store("cand", b.mul(di, b.fnma(g, g, b.num(1))))
				b.store("i", b.mul(b.mul(di, g), b.sub(b.num(1), i)))
				f := b.load("f")
				dc = b.mul(dc, f)
				b.store("dc", dc)
				b.store("f", b.mul(b.mul(dc, b.load("before")), b.sub(b.num(1), f)))
			}},
		{name: "vectorGRU", about: "cand = tanh(cand + r·inner); h = cand + z·(before - cand)",
			ptrs: []string{"r", "z", "cand", "inner", "before", "h"}, body: func(b *body) {
				n := b.tanh(b.fma(b.load("r"), b.load("inner"), b.load("cand")))
				b.store("cand", n)
				b.store("h", b.fma(b.load("z"), b.sub(b.load("before"), n), n))
			}},
		{name: "vectorGRUGradient", about: "as gruGradient in gru.go",
			ptrs: []string{"r", "z", "cand", "inner", "before", "dout", "dh"}, body: func(b *body) {
				d := b.add(b.load("dh"), b.load("dout"))
				z, n := b.load("z"), b.load("cand")
				rest, dz := b.sub(b.num(1), z), b.mul(d, z)
				b.store("dh", dz)
				b.store("z", b.mul(b.mul(dz, b.sub(b.load("before"), n)), rest))
				dn := b.mul(b.mul(d, rest), b.fnma(n, n, b.num(1)))
				b.store("cand", dn)
				r := b.load("r")
				dn = b.mul(dn, r)
				inner := b.load("inner")
				b.store("inner", dn)
				b.store("r", b.mul(b.mul(dn, inner), b.sub(b.num(1), r)))
			}},
	}...)
}
