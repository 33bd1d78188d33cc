package nn

import "unsafe"

// goKernel is the product in plain Go, for processors without kernels of
// their own and for WebAssembly.
var goKernel = kernel{nr: 4, tiles: []tile{{rows: 4, run: goTile4}, {rows: 1, run: goTile1}}}

// four is four sums, which the compiler keeps in registers.
type four struct{ a, b, c, d float32 }

func (s four) plus(x float32, b *four) four {
	return four{s.a + x*b.a, s.b + x*b.b, s.c + x*b.c, s.d + x*b.d}
}

// goTile4 takes four steps a turn: in WebAssembly the jump to the next turn
// costs as much as a step.
func goTile4(k int, a *float32, ra, ca int, b, c *float32, ldc, add int) {
	var s0, s1, s2, s3 four
	at, i := 0, 0
	for ; i+4 <= k; i += 4 {
		b := (*[4]four)(unsafe.Pointer(float(b, 16*i)))
		s0 = s0.plus(*float(a, at), &b[0])
		s1 = s1.plus(*float(a, at+ra), &b[0])
		s2 = s2.plus(*float(a, at+2*ra), &b[0])
		s3 = s3.plus(*float(a, at+3*ra), &b[0])
		at += ca
		s0 = s0.plus(*float(a, at), &b[1])
		s1 = s1.plus(*float(a, at+ra), &b[1])
		s2 = s2.plus(*float(a, at+2*ra), &b[1])
		s3 = s3.plus(*float(a, at+3*ra), &b[1])
		at += ca
		s0 = s0.plus(*float(a, at), &b[2])
		s1 = s1.plus(*float(a, at+ra), &b[2])
		s2 = s2.plus(*float(a, at+2*ra), &b[2])
		s3 = s3.plus(*float(a, at+3*ra), &b[2])
		at += ca
		s0 = s0.plus(*float(a, at), &b[3])
		s1 = s1.plus(*float(a, at+ra), &b[3])
		s2 = s2.plus(*float(a, at+2*ra), &b[3])
		s3 = s3.plus(*float(a, at+3*ra), &b[3])
		at += ca
	}
	for ; i < k; i++ {
		b := (*four)(unsafe.Pointer(float(b, 16*i)))
		s0 = s0.plus(*float(a, at), b)
		s1 = s1.plus(*float(a, at+ra), b)
		s2 = s2.plus(*float(a, at+2*ra), b)
		s3 = s3.plus(*float(a, at+3*ra), b)
		at += ca
	}
	goStore(s0, c, 0, add)
	goStore(s1, c, ldc, add)
	goStore(s2, c, 2*ldc, add)
	goStore(s3, c, 3*ldc, add)
}

func goTile1(k int, a *float32, _, ca int, b, c *float32, _, add int) {
	var s four
	at, i := 0, 0
	for ; i+4 <= k; i += 4 {
		b := (*[4]four)(unsafe.Pointer(float(b, 16*i)))
		s = s.plus(*float(a, at), &b[0])
		s = s.plus(*float(a, at+ca), &b[1])
		s = s.plus(*float(a, at+2*ca), &b[2])
		s = s.plus(*float(a, at+3*ca), &b[3])
		at += 4 * ca
	}
	for ; i < k; i++ {
		s = s.plus(*float(a, at), (*four)(unsafe.Pointer(float(b, 16*i))))
		at += ca
	}
	goStore(s, c, 0, add)
}

// float returns the number so many bytes behind p.
func float(p *float32, bytes int) *float32 {
	return (*float32)(unsafe.Add(unsafe.Pointer(p), bytes))
}

func goStore(s four, c *float32, at, add int) {
	dst := (*four)(unsafe.Pointer(float(c, at)))
	if add == 0 {
		*dst = s
		return
	}
	*dst = four{dst.a + s.a, dst.b + s.b, dst.c + s.c, dst.d + s.d}
}
