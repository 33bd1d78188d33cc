package main

import (
	"bytes"
	"fmt"
	"strings"
)

// layers writes the loops that only one layer has, for AVX2 with FMA. What
// each does in Go stands beside its caller in core/nn.
func layers() (asm, decl []byte) {
	w := &writer{}
	w.asm.WriteString(header + "#include \"textflag.h\"\n")
	w.decl.WriteString(header + "package nn\n\n")
	gatherRows(w)
	scatterAdd(w)
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

// gatherRows sums rows of 16 floats in four pairs of registers, by the place
// in the list modulo 4; at the end ((0+1)+(2+3)).
func gatherRows(w *writer) {
	w.begin("avx2GatherRows(y *float32, ldy int, x *float32, start, index *int32, scale *float32, rows int)",
		"As gatherRows in lightgcn.go; ldy is in bytes, rows > 0.",
		"y DI", "ldy R8", "x SI", "start R9", "index R10", "scale R11", "rows CX")
	w.p("row:")
	w.p("\tMOVLQSX (R9), AX\n\tMOVLQSX 4(R9), BX\n\tSUBQ AX, BX\n\tLEAQ (R10)(AX*4), DX")
	for i := range 8 {
		w.p("\tVXORPS Y%d, Y%d, Y%d", i, i, i)
	}
	one := func(at, pair int) {
		w.p("\tMOVLQSX %d(DX), AX\n\tSHLQ $6, AX", 4*at)
		w.p("\tVADDPS (SI)(AX*1), Y%d, Y%d\n\tVADDPS 32(SI)(AX*1), Y%d, Y%d", 2*pair, 2*pair, 2*pair+1, 2*pair+1)
	}
	w.p("\tSUBQ $4, BX\n\tJLT  few")
	w.p("four:")
	for i := range 4 {
		one(i, i)
	}
	w.p("\tADDQ $16, DX\n\tSUBQ $4, BX\n\tJGE  four")
	w.p("few:\n\tADDQ $4, BX\n\tJZ   done")
	for i := range 3 {
		one(i, i)
		w.p("\tDECQ BX\n\tJZ   done")
	}
	w.p("done:")
	w.p("\tVBROADCASTSS (R11), Y8")
	for _, s := range []int{2, 6} {
		w.p("\tVADDPS Y%d, Y%d, Y%d\n\tVADDPS Y%d, Y%d, Y%d", s, s-2, s-2, s+1, s-1, s-1)
	}
	w.p("\tVADDPS Y4, Y0, Y0\n\tVADDPS Y5, Y1, Y1\n\tVMULPS Y8, Y0, Y0\n\tVMULPS Y8, Y1, Y1")
	w.p("\tVMOVUPS Y0, (DI)\n\tVMOVUPS Y1, 32(DI)")
	w.p("\tADDQ R8, DI\n\tADDQ $4, R9\n\tADDQ $4, R11\n\tDECQ CX\n\tJNZ  row\n\tVZEROUPPER\n\tRET")
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
