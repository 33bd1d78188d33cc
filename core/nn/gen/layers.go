package main

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// layers writes the loops that only one layer has, mostly for AVX2 alone. What
// each does in Go stands beside its caller in core/nn.
func layers() (asm, decl []byte) {
	w := &writer{}
	w.asm.WriteString(header + "#include \"textflag.h\"\n")
	w.decl.WriteString(header + "package nn\n\n")
	gatherRows(w, "avx2", "Y", 2)
	gatherRows(w, "avx512", "Z", 1)
	scaleRows(w)
	scatterAdd(w)
	batchNorm(w)
	dropout(w)
	return w.asm.Bytes(), formatted(w.decl.Bytes())
}

type writer struct{ asm, decl bytes.Buffer }

func (w *writer) p(format string, args ...any) { fmt.Fprintf(&w.asm, format+"\n", args...) }

// begin starts a function whose arguments, 8 bytes each, go to the registers
// named behind them.
func (w *writer) begin(signature, about string, args ...string) {
	name, _, _ := strings.Cut(signature, "(")
	fmt.Fprintf(&w.decl, "//go:noescape\nfunc %s\n\n", signature)
	w.p("\n// func %s\n// %s", signature, about)
	w.p("TEXT ·%s(SB), NOSPLIT, $0-%d", name, 8*len(args))
	for i, a := range args {
		arg, reg, _ := strings.Cut(a, " ")
		w.p("\tMOVQ %s+%d(FP), %s", arg, 8*i, reg)
	}
}

// gatherRows sums rows of 16 floats in four accumulators, by the place in the
// list modulo 4; at the end ((0+1)+(2+3)). A row is so many vectors: two for
// AVX2, one for AVX-512, whose bits are the same.
func gatherRows(w *writer, isa, letter string, vectors int) {
	w.begin(isa+"GatherRows(y *float32, ldy int, x *float32, start, index *int32, scale *float32, rows int)",
		"As gatherRows in lightgcn.go; ldy is in bytes, rows > 0.",
		"y DI", "ldy R8", "x SI", "start R9", "index R10", "scale R11", "rows CX")
	reg := func(i, v int) string { return fmt.Sprintf("%s%d", letter, i*vectors+v) }
	at := func(v int) int { return 64 / vectors * v }
	w.p("row:")
	w.p("\tMOVLQSX (R9), AX\n\tMOVLQSX 4(R9), BX\n\tSUBQ AX, BX\n\tLEAQ (R10)(AX*4), DX")
	for i := range 4 * vectors { // clears the whole register
		w.p("\tVXORPS Y%d, Y%d, Y%d", i, i, i)
	}
	one := func(i int) {
		w.p("\tMOVLQSX %d(DX), AX\n\tSHLQ $6, AX", 4*i)
		for v := range vectors {
			w.p("\tVADDPS %d(SI)(AX*1), %s, %s", at(v), reg(i, v), reg(i, v))
		}
	}
	w.p("\tSUBQ $4, BX\n\tJLT  few")
	w.p("four:")
	for i := range 4 {
		one(i)
	}
	w.p("\tADDQ $16, DX\n\tSUBQ $4, BX\n\tJGE  four")
	w.p("few:\n\tADDQ $4, BX\n\tJZ   done")
	for i := range 3 {
		one(i)
		w.p("\tDECQ BX\n\tJZ   done")
	}
	w.p("done:\n\tVBROADCASTSS (R11), %s", reg(4, 0))
	for v := range vectors {
		w.p("\tVADDPS %s, %s, %s", reg(1, v), reg(0, v), reg(0, v))
		w.p("\tVADDPS %s, %s, %s", reg(3, v), reg(2, v), reg(2, v))
		w.p("\tVADDPS %s, %s, %s", reg(2, v), reg(0, v), reg(0, v))
		w.p("\tVMULPS %s, %s, %s\n\tVMOVUPS %s, %d(DI)", reg(4, 0), reg(0, v), reg(0, v), reg(0, v), at(v))
	}
	w.p("\tADDQ R8, DI\n\tADDQ $4, R9\n\tADDQ $4, R11\n\tDECQ CX\n\tJNZ  row\n\tVZEROUPPER\n\tRET")
}

// scaleRows is the copy into a panel.
func scaleRows(w *writer) {
	w.begin("avx2ScaleRows(y *float32, ldy int, x *float32, ldx int, scale *float32, rows int)",
		"As scaleRows in lightgcn.go, of 16 columns; distances are in bytes, rows > 0.",
		"y DI", "ldy R8", "x SI", "ldx R9", "scale R11", "rows CX")
	w.p("loop:\n\tVBROADCASTSS (R11), Y0\n\tVMULPS (SI), Y0, Y1\n\tVMULPS 32(SI), Y0, Y2")
	w.p("\tVMOVUPS Y1, (DI)\n\tVMOVUPS Y2, 32(DI)")
	w.p("\tADDQ R8, DI\n\tADDQ R9, SI\n\tADDQ $4, R11\n\tDECQ CX\n\tJNZ  loop\n\tVZEROUPPER\n\tRET")
}

func scatterAdd(w *writer) {
	w.begin("avx2ScatterAdd(y *float32, index *int32, n int, x *float32)",
		"As scatterAdd in lightgcn.go; n > 0.",
		"y DI", "index DX", "n CX", "x SI")
	w.p("\tVMOVUPS (SI), Y0\n\tVMOVUPS 32(SI), Y1")
	w.p("loop:")
	w.p("\tMOVLQSX (DX), AX\n\tSHLQ $6, AX")
	w.p("\tVADDPS (DI)(AX*1), Y0, Y2\n\tVADDPS 32(DI)(AX*1), Y1, Y3")
	w.p("\tVMOVUPS Y2, (DI)(AX*1)\n\tVMOVUPS Y3, 32(DI)(AX*1)")
	w.p("\tADDQ $4, DX\n\tDECQ CX\n\tJNZ  loop\n\tVZEROUPPER\n\tRET")
}

// batchNorm writes the loops of normStrip, down the rows of 16 columns whose
// constants and sums stay in registers. Leading dimensions are in bytes.
func batchNorm(w *writer) {
	const mean, scale, beta, sum, sumX, low = 0, 64, 128, 192, 256, 320 // in normStrip
	load := func(at, reg int) { w.p("\tVMOVUPS %d(BX), Y%d\n\tVMOVUPS %d(BX), Y%d", at, reg, at+32, reg+1) }
	store := func(reg, at int) { w.p("\tVMOVUPS Y%d, %d(BX)\n\tVMOVUPS Y%d, %d(BX)", reg, at, reg+1, at+32) }
	// both writes instructions for the two halves: {n} is n bytes on, a
	// register's number one more.
	both := func(lines ...string) {
		for _, line := range lines {
			for half := range 2 {
				w.p("\t%s", halves(line, half))
			}
		}
	}
	loop := func(next ...string) {
		for _, n := range next {
			reg, by, _ := strings.Cut(n, " ")
			w.p("\tADDQ %s, %s", by, reg)
		}
		w.p("\tDECQ CX\n\tJNZ  loop")
	}
	end := func() { w.p("\tVZEROUPPER\n\tRET") }

	w.begin("avx2NormSum(s *normStrip, x *float32, ld, rows int)", "As normStrip.addUp; rows > 0.",
		"s BX", "x SI", "ld R8", "rows CX")
	load(sum, 0)
	w.p("loop:")
	both("VADDPS {0}(SI), Y0, Y0")
	loop("SI R8")
	store(0, sum)
	end()

	w.begin("avx2NormSquares(s *normStrip, x *float32, ld, rows int)", "As normStrip.addSquares; rows > 0.",
		"s BX", "x SI", "ld R8", "rows CX")
	load(sum, 0)
	load(mean, 2)
	w.p("loop:")
	both("VMOVUPS {0}(SI), Y4", "VSUBPS Y2, Y4, Y4", "VMULPS Y4, Y4, Y4", "VADDPS Y4, Y0, Y0")
	loop("SI R8")
	store(0, sum)
	end()

	w.begin("avx2NormApply(s *normStrip, y *float32, ldy int, x *float32, ldx, rows int)", "As normStrip.apply; rows > 0.",
		"s BX", "y DI", "ldy R9", "x SI", "ldx R8", "rows CX")
	load(mean, 0)
	load(scale, 2)
	load(beta, 4)
	w.p("\tVBROADCASTSS %d(BX), Y6\n\tVXORPS Y7, Y7, Y7\nloop:", low)
	both("VMOVUPS {0}(SI), Y8", "VSUBPS Y0, Y8, Y8", "VMULPS Y2, Y8, Y8", "VADDPS Y4, Y8, Y8",
		"VMINPS Y8, y7, Y10", "VMAXPS Y8, y7, Y8", // in this order a NaN stays
		"VMULPS y6, Y10, Y10", "VADDPS Y10, Y8, Y8", "VMOVUPS Y8, {0}(DI)")
	loop("SI R8", "DI R9")
	end()

	w.begin("avx2NormGradient(s *normStrip, dx, dy, y *float32, ldy int, x *float32, ldx, rows int)", "As normStrip.gradient; rows > 0.",
		"s BX", "dx DI", "dy DX", "y R10", "ldy R9", "x SI", "ldx R8", "rows CX")
	load(mean, 0)
	load(sum, 2)
	load(sumX, 4)
	w.p("\tVBROADCASTSS %d(BX), Y6\n\tVXORPS Y7, Y7, Y7\nloop:", low)
	both("VMOVUPS {0}(DX), Y8", "VMULPS y6, Y8, Y10", "VMOVUPS {0}(R10), Y12",
		"VCMPPS $0x12, y7, Y12, Y12", "VBLENDVPS Y12, Y10, Y8, Y8", // y <= 0
		"VMOVUPS Y8, {0}(DI)", "VADDPS Y8, Y2, Y2",
		"VMOVUPS {0}(SI), Y10", "VSUBPS Y0, Y10, Y10", "VMULPS Y10, Y8, Y8", "VADDPS Y8, Y4, Y4")
	loop("SI R8", "DI R8", "DX R9", "R10 R9")
	store(2, sum)
	store(4, sumX)
	end()

	w.begin("avx2NormBack(s *normStrip, dx, x *float32, ld, rows int)", "As normStrip.back; rows > 0.",
		"s BX", "dx DI", "x SI", "ld R8", "rows CX")
	load(mean, 0)
	load(scale, 2)
	load(beta, 4)
	load(sum, 6)
	w.p("loop:")
	both("VMOVUPS {0}(SI), Y8", "VSUBPS Y0, Y8, Y8", "VMULPS Y6, Y8, Y8",
		"VMOVUPS {0}(DI), Y10", "VSUBPS Y4, Y10, Y10", "VSUBPS Y8, Y10, Y10", "VMULPS Y2, Y10, Y10", "VMOVUPS Y10, {0}(DI)")
	loop("SI R8", "DI R8")
	end()
}

// halves rewrites an instruction for half 0 or 1 of 16 columns: {0} becomes
// the half's offset, and Y registers its own; y registers both halves share.
func halves(line string, half int) string {
	line = strings.ReplaceAll(line, "{0}", strconv.Itoa(32*half))
	line = registers.ReplaceAllStringFunc(line, func(r string) string {
		n, _ := strconv.Atoi(r[1:])
		return fmt.Sprintf("Y%d", n+half)
	})
	return strings.ReplaceAll(line, "y", "Y")
}

var registers = regexp.MustCompile(`Y[0-9]+`)

// dropout writes the mask of [nn.Dropout], 16 columns at a time.
func dropout(w *writer) {
	for i := range 8 {
		w.p("DATA lanes<>+%d(SB)/4, $%d", 4*i, i)
	}
	w.p("GLOBL lanes<>(SB), RODATA|NOPTR, $32")
	for i, c := range []uint32{0x7feb352d, 0x846ca68b, 8, 0xffff} {
		w.p("DATA hash%d<>+0(SB)/4, $%#x\nGLOBL hash%d<>(SB), RODATA|NOPTR, $4", i, c, i)
	}
	w.begin("avx2Drop(y *float32, blocks int, count, inner, drop *uint32, scale *float32)", "As Dropout.mask in dropout.go; blocks > 0.",
		"y DI", "blocks CX", "count R8", "inner R9", "drop R10", "scale R11")
	for i, r := range []string{"R8", "R9", "R10", "R11"} {
		w.p("\tVPBROADCASTD (%s), Y%d", r, i)
	}
	for i := range 4 {
		w.p("\tVPBROADCASTD hash%d<>(SB), Y%d", i, 4+i)
	}
	w.p("\tVPADDD lanes<>(SB), Y0, Y0\nloop:")
	w.p("\tVPSRLD $16, Y0, Y8\n\tVPXOR Y0, Y8, Y8\n\tVPMULLD Y4, Y8, Y8")
	w.p("\tVPSRLD $15, Y8, Y9\n\tVPXOR Y9, Y8, Y8\n\tVPXOR Y1, Y8, Y8\n\tVPMULLD Y5, Y8, Y8")
	w.p("\tVPSRLD $16, Y8, Y9\n\tVPXOR Y9, Y8, Y8")
	for i, half := range []string{"VPAND Y7, Y8, Y9", "VPSRLD $16, Y8, Y9"} {
		w.p("\t%s\n\tVPCMPGTD Y9, Y2, Y9", half)
		w.p("\tVMULPS %d(DI), Y3, Y10\n\tVANDNPS Y10, Y9, Y10\n\tVMOVUPS Y10, %d(DI)", 32*i, 32*i)
	}
	w.p("\tVPADDD Y6, Y0, Y0\n\tADDQ $64, DI\n\tDECQ CX\n\tJNZ  loop\n\tVZEROUPPER\n\tRET")
}
