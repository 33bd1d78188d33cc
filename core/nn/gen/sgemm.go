package main

import (
	"bytes"
	"fmt"
)

// isa is an instruction set as the products use it.
type isa struct {
	name    string // prefix of the functions' names
	reg     string // vector register's letter
	zero    string // instruction that clears one
	lanes   int    // float32s in a vector
	vectors []int  // widths of tiles, in vectors, the widest first
	height  int    // most rows of a tile
	temps   int    // registers left for broadcasts
	insert  string // instruction that loads four lanes into a vector
}

// A tile fills the registers: 14·2 or 6·2 sums, two vectors of B, and the rest
// for elements of A.
var isas = []isa{
	{name: "avx2", reg: "Y", zero: "VXORPS", lanes: 8, vectors: []int{2}, height: 6, temps: 2, insert: "VINSERTF128"},
	{name: "avx512", reg: "Z", zero: "VPXORD", lanes: 16, vectors: []int{2, 1}, height: 14, temps: 2, insert: "VINSERTF32X4"},
}

// products writes what Sgemm is made of.
func products(asm, decl *bytes.Buffer) {
	asm.WriteString("#include \"textflag.h\"\n")
	p := linesTo(asm)
	declare := func(name, args string) {
		fmt.Fprintf(decl, "//go:noescape\nfunc %s(%s)\n\n", name, args)
		p("\n// func %s(%s)", name, args)
	}
	for _, s := range isas {
		for _, nv := range s.vectors {
			for mr := s.height; mr > 0; mr-- {
				declare(s.tile(mr, nv), tileArgs)
				s.kernel(p, mr, nv, false)
				if nv == s.vectors[0] {
					declare(s.tile(mr, nv)+"First", firstArgs)
					s.kernel(p, mr, nv, true)
				}
			}
		}
		declare(s.name+"Turn", turnArgs)
		s.turn(p)
		declare(s.name+"Copy", copyArgs)
		s.copy(p)
		declare(s.name+"Peak", "n int")
		s.peak(p)
	}
	for _, s := range isas {
		for _, nv := range s.vectors {
			fmt.Fprintf(decl, "var %sKernel%d = kernel{nr: %d, lanes: %d, turn: %[1]sTurn, copy: %[1]sCopy, tiles: []tile{\n", s.name, nv*s.lanes, nv*s.lanes, s.lanes)
			for mr := s.height; mr > 0; mr-- {
				fmt.Fprintf(decl, "{rows: %d, run: %s", mr, s.tile(mr, nv))
				if nv == s.vectors[0] {
					fmt.Fprintf(decl, ", first: %sFirst", s.tile(mr, nv))
				}
				decl.WriteString("},\n")
			}
			decl.WriteString("}}\n\n")
		}
	}
}

const (
	tileArgs  = "k int, a *float32, ra, ca int, b, c *float32, ldc, add int"
	firstArgs = "k int, a *float32, ra, ca int, b *float32, rb int, to, c *float32, ldc, add int"
	turnArgs  = "quads int, x *float32, ld int, to *float32, step int"
	copyArgs  = "rows int, x *float32, ld int, to *float32, step int"
)

func (s isa) tile(mr, nv int) string { return fmt.Sprintf("%sTile%dx%d", s.name, mr, nv*s.lanes) }

func (s isa) r(i int) string { return fmt.Sprintf("%s%d", s.reg, i) }

// args loads the arguments, eight bytes each, into registers.
func args(p lines, pairs ...string) {
	for i := 0; i < len(pairs); i += 2 {
		p("\tMOVQ %s+%d(FP), %s", pairs[i], 4*i, pairs[i+1])
	}
}

// kernel writes a tile; with first, the one that reads B where it lies and
// leaves its rows packed for the tiles that follow.
func (s isa) kernel(p lines, mr, nv int, first bool) {
	acc := func(row, v int) string { return s.r(row*nv + v) }
	b := func(v int) string { return s.r(mr*nv + v) }
	temp := func(row int) string { return s.r(mr*nv + nv + row%s.temps) }
	size := 4 * s.lanes

	if first {
		p("// Strides ra, ca, rb, ldc are in bytes; k > 0; add = 0 overwrites c.")
		p("TEXT ·%sFirst(SB), NOSPLIT, $0-80", s.tile(mr, nv))
		args(p, "k", "CX", "a", "AX", "ra", "BX", "ca", "DX", "b", "SI", "rb", "R10", "to", "R14", "c", "DI", "ldc", "R11", "add", "R12")
	} else {
		p("// Strides ra, ca, ldc are in bytes; k > 0; add = 0 overwrites c.")
		p("TEXT ·%s(SB), NOSPLIT, $0-64", s.tile(mr, nv))
		args(p, "k", "CX", "a", "AX", "ra", "BX", "ca", "DX", "b", "SI", "c", "DI", "ldc", "R11", "add", "R12")
	}
	// Rows 0 to 6 of A are reached from AX, 7 to 13 from R8, by an index
	// register that x86 scales by 1, 2 or 4.
	if mr > 3 {
		p("\tLEAQ (BX)(BX*2), R13")
	}
	if mr > 5 {
		p("\tLEAQ (BX)(BX*4), R9")
	}
	if mr > 7 {
		p("\tLEAQ (R9)(BX*2), R8\n\tADDQ AX, R8")
	}
	at := func(row int) string {
		return fmt.Sprintf([]string{"(%s)", "(%s)(BX*1)", "(%s)(BX*2)", "(%s)(R13*1)", "(%s)(BX*4)", "(%s)(R9*1)", "(%s)(R13*2)"}[row%7], []string{"AX", "R8"}[row/7])
	}
	p("\tMOVQ DI, R15")
	for row := range mr { // C will have come by the time the sums are done
		for v := 0; v < nv*size; v += 64 {
			p("\tPREFETCHT0 %d(R15)", v)
		}
		if row < mr-1 {
			p("\tADDQ R11, R15")
		}
	}
	for i := range mr * nv {
		p("\t%s %s, %s, %s", s.zero, s.r(i), s.r(i), s.r(i))
	}
	p("loop:")
	for v := range nv {
		p("\tVMOVUPS %d(SI), %s", v*size, b(v))
	}
	if first {
		for v := 0; v < nv*size; v += 64 {
			p("\tPREFETCHT0 %d(SI)(R10*8)", v)
		}
		for v := range nv {
			p("\tVMOVUPS %s, %d(R14)", b(v), v*size)
		}
		p("\tADDQ $%d, R14", nv*size)
	}
	for row := range mr {
		p("\tVBROADCASTSS %s, %s", at(row), temp(row))
		for v := range nv {
			p("\tVFMADD231PS %s, %s, %s", b(v), temp(row), acc(row, v))
		}
	}
	if first {
		p("\tADDQ R10, SI")
	} else {
		p("\tADDQ $%d, SI", nv*size)
	}
	p("\tADDQ DX, AX")
	if mr > 7 {
		p("\tADDQ DX, R8")
	}
	p("\tDECQ CX\n\tJNZ  loop")
	p("\tTESTQ R12, R12\n\tJZ   store\n\tMOVQ DI, AX")
	for row := range mr {
		for v := range nv {
			p("\tVADDPS %d(AX), %s, %s", v*size, acc(row, v), acc(row, v))
		}
		if row < mr-1 {
			p("\tADDQ R11, AX")
		}
	}
	p("store:")
	for row := range mr {
		for v := range nv {
			p("\tVMOVUPS %s, %d(DI)", acc(row, v), v*size)
		}
		if row < mr-1 {
			p("\tADDQ R11, DI")
		}
	}
	p("\tVZEROUPPER\n\tRET")
}

// turn writes the transposition: row r of to is element r of each of as many
// rows of x as a vector has lanes. Four elements of each row are loaded at a
// time, rows j, j+4, j+8 and j+12 into vector j: transposed within each four
// lanes, four vectors are then rows of the result.
func (s isa) turn(p lines) {
	p("// Strides ld and step are in bytes; quads > 0: four rows of to each.")
	p("TEXT ·%sTurn(SB), NOSPLIT, $0-40", s.name)
	args(p, "quads", "CX", "x", "AX", "ld", "BX", "to", "DI", "step", "DX")
	p("\tLEAQ (BX)(BX*2), R13\n\tLEAQ (DX)(DX*2), R12")
	bases := []string{"AX", "R8", "R9", "R10"}[:s.lanes/4]
	for i := 1; i < len(bases); i++ {
		p("\tLEAQ (%s)(BX*4), %s", bases[i-1], bases[i])
	}
	p("loop:")
	for j := range 4 {
		for i, base := range bases {
			from := fmt.Sprintf([]string{"(%s)", "(%s)(BX*1)", "(%s)(BX*2)", "(%s)(R13*1)"}[j], base)
			if i == 0 {
				p("\tVMOVUPS %s, X%d", from, j)
			} else {
				p("\t%s $%d, %s, %s, %s", s.insert, i, from, s.r(j), s.r(j))
			}
		}
	}
	for i, op := range []string{"VUNPCKLPS", "VUNPCKHPS"} {
		p("\t%s %s, %s, %s", op, s.r(1), s.r(0), s.r(4+i))
		p("\t%s %s, %s, %s", op, s.r(3), s.r(2), s.r(6+i))
	}
	for i := range 4 {
		p("\t%s %s, %s, %s", []string{"VUNPCKLPD", "VUNPCKHPD"}[i%2], s.r(6+i/2), s.r(4+i/2), s.r(i))
		p("\tVMOVUPS %s, %s", s.r(i), []string{"(DI)", "(DI)(DX*1)", "(DI)(DX*2)", "(DI)(R12*1)"}[i])
	}
	for _, base := range bases {
		p("\tADDQ $16, %s", base)
	}
	p("\tLEAQ (DI)(DX*4), DI\n\tDECQ CX\n\tJNZ  loop\n\tVZEROUPPER\n\tRET")
}

// copy writes the copying of rows, a vector each.
func (s isa) copy(p lines) {
	p("// Strides ld and step are in bytes; rows > 0.")
	p("TEXT ·%sCopy(SB), NOSPLIT, $0-40", s.name)
	args(p, "rows", "CX", "x", "AX", "ld", "BX", "to", "DI", "step", "DX")
	p("loop:\n\tVMOVUPS (AX), %s\n\tPREFETCHT0 (AX)(BX*8)\n\tVMOVUPS %[1]s, (DI)", s.r(0))
	p("\tADDQ BX, AX\n\tADDQ DX, DI\n\tDECQ CX\n\tJNZ  loop\n\tVZEROUPPER\n\tRET")
}

// peak writes a loop of nothing but fused multiply-adds, 2·12 vectors of them
// in n turns: what the processor can do at best, for benchmarks.
func (s isa) peak(p lines) {
	p("TEXT ·%sPeak(SB), NOSPLIT, $0-8", s.name)
	args(p, "n", "CX")
	for i := range 14 {
		p("\t%s %s, %s, %s", s.zero, s.r(i), s.r(i), s.r(i))
	}
	p("loop:")
	for range 2 {
		for i := range 12 {
			p("\tVFMADD231PS %s, %s, %s", s.r(12), s.r(13), s.r(i))
		}
	}
	p("\tDECQ CX\n\tJNZ  loop\n\tVZEROUPPER\n\tRET")
}
