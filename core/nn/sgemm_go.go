package nn

import "unsafe"

// goKernel is the product in plain Go, for processors without kernels of
// their own and for WebAssembly. Its 4 x 4 tile keeps sixteen sums in
// registers.
var goKernel = kernel{nr: 4, tiles: []tile{{4, goTile4}, {1, goTile1}}}

func goTile4(k int, a *float32, ra, ca int, b, c *float32, ldc, add int) {
	var s [4][4]float32
	pa, pb := unsafe.Pointer(a), unsafe.Pointer(b)
	var s00, s01, s02, s03, s10, s11, s12, s13 float32
	var s20, s21, s22, s23, s30, s31, s32, s33 float32
	for i := 0; i < k; i++ {
		row := (*[4]float32)(unsafe.Add(pb, 16*i))
		b0, b1, b2, b3 := row[0], row[1], row[2], row[3]
		x := *(*float32)(unsafe.Add(pa, i*ca))
		s00 += x * b0
		s01 += x * b1
		s02 += x * b2
		s03 += x * b3
		x = *(*float32)(unsafe.Add(pa, i*ca+ra))
		s10 += x * b0
		s11 += x * b1
		s12 += x * b2
		s13 += x * b3
		x = *(*float32)(unsafe.Add(pa, i*ca+2*ra))
		s20 += x * b0
		s21 += x * b1
		s22 += x * b2
		s23 += x * b3
		x = *(*float32)(unsafe.Add(pa, i*ca+3*ra))
		s30 += x * b0
		s31 += x * b1
		s32 += x * b2
		s33 += x * b3
	}
	s[0] = [4]float32{s00, s01, s02, s03}
	s[1] = [4]float32{s10, s11, s12, s13}
	s[2] = [4]float32{s20, s21, s22, s23}
	s[3] = [4]float32{s30, s31, s32, s33}
	for r := range s {
		goStore(s[r], c, r*ldc, add)
	}
}

func goTile1(k int, a *float32, _, ca int, b, c *float32, _, add int) {
	pa, pb := unsafe.Pointer(a), unsafe.Pointer(b)
	var s0, s1, s2, s3 float32
	for i := 0; i < k; i++ {
		row := (*[4]float32)(unsafe.Add(pb, 16*i))
		x := *(*float32)(unsafe.Add(pa, i*ca))
		s0 += x * row[0]
		s1 += x * row[1]
		s2 += x * row[2]
		s3 += x * row[3]
	}
	goStore([4]float32{s0, s1, s2, s3}, c, 0, add)
}

func goStore(s [4]float32, c *float32, at, add int) {
	dst := (*[4]float32)(unsafe.Add(unsafe.Pointer(c), at))
	if add == 0 {
		*dst = s
		return
	}
	for j, v := range s {
		dst[j] += v
	}
}
