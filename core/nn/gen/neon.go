package main

import (
	"bytes"
	"fmt"
)

// The tiles of arm64: 8 x 12 sums are 24 registers of the 32, three hold a
// row of B and five elements of A, which the instruction reads from its lane
// 0. Eleven loads for 24 multiplications leave most cores' arithmetic busy.
const neonTemps = 5

var (
	neonHeights = []int{8, 7, 6, 5, 4, 3, 2, 1}
	neonVectors = []int{3, 1} // widths, in vectors of four
)

func neonTileName(mr, nv int) string { return fmt.Sprintf("neonTile%dx%d", mr, 4*nv) }

// neonTiles writes the micro-kernels for arm64, as kernel does for amd64.
func neonTiles() (asm, decl []byte) {
	var w, d bytes.Buffer
	w.WriteString(header + "#include \"textflag.h\"\n")
	d.WriteString(header + "package nn\n")
	for _, nv := range neonVectors {
		set := ""
		for _, mr := range neonHeights {
			neonTile(linesTo(&w), mr, nv)
			fmt.Fprintf(&d, "\n//go:noescape\nfunc %s(k int, a *float32, ra, ca int, b, c *float32, ldc, add int)\n", neonTileName(mr, nv))
			set += fmt.Sprintf("{rows: %d, run: %s}, ", mr, neonTileName(mr, nv))
		}
		fmt.Fprintf(&d, "\nvar neonKernel%d = kernel{nr: %[1]d, tiles: []tile{%s}}\n", 4*nv, set)
	}
	return w.Bytes(), formatted(d.Bytes())
}

// neonTile writes one tile. R1 on point to A's rows, R13 is how far into them
// the loop is.
func neonTile(p lines, mr, nv int) {
	sum := func(row, v int) int { return row*nv + v }
	b := func(v int) int { return 31 - v }
	a := func(row int) int { return 31 - nv - row%neonTemps }
	p("\n// func %s(k int, a *float32, ra, ca int, b, c *float32, ldc, add int)", neonTileName(mr, nv))
	p("// Strides ra, ca, ldc are in bytes; k > 0; add = 0 overwrites c.")
	p("TEXT ·%s(SB), NOSPLIT, $0-64", neonTileName(mr, nv))
	for i, arg := range []string{"k R0", "a R1", "ra R9", "ca R10", "b R11", "c R12", "ldc R14", "add R15"} {
		var name, reg string
		fmt.Sscan(arg, &name, &reg)
		p("\tMOVD %s+%d(FP), %s", name, 8*i, reg)
	}
	for row := 1; row < mr; row++ {
		p("\tADD  R9, R%d, R%d", row, row+1)
	}
	for i := range mr * nv {
		p("\tVEOR V%d.B16, V%d.B16, V%d.B16", i, i, i)
	}
	p("\tMOVD $0, R13")
	p("loop:")
	for v := range nv {
		p("\tFMOVQ %d(R11), F%d", 16*v, b(v))
	}
	for row := range mr {
		p("\tFMOVS (R%d)(R13), F%d", row+1, a(row))
		for v := range nv {
			word(p, 0x4f801000|uint32(a(row)<<16|b(v)<<5|sum(row, v)), "FMLA V%d.4S, V%d.4S, V%d.S[0]", sum(row, v), b(v), a(row))
		}
	}
	p("\tADD  $%d, R11\n\tADD  R10, R13\n\tSUB  $1, R0\n\tCBNZ R0, loop", 16*nv)
	p("\tCBZ  R15, store\n\tMOVD R12, R1")
	for row := range mr {
		for v := range nv {
			p("\tFMOVQ %d(R1), F%d", 16*v, b(v))
			word(p, neonOps[opAdd].code|uint32(b(v)<<16|sum(row, v)<<5|sum(row, v)), "FADD V%d.4S, V%[1]d.4S, V%d.4S", sum(row, v), b(v))
		}
		if row < mr-1 {
			p("\tADD  R14, R1")
		}
	}
	p("store:")
	for row := range mr {
		for v := range nv {
			p("\tFMOVQ F%d, %d(R12)", sum(row, v), 16*v)
		}
		if row < mr-1 {
			p("\tADD  R14, R12")
		}
	}
	p("\tRET")
}
