package main

import (
	"bytes"
	"fmt"
	"math"
	"strings"
)

// A function works on slices, eight float32s at a time; its body is written
// once, in vecbody.go, and compiled for each processor. To Go it is
//
//	func name(ptrs *float32, n int, by *[params]float32, d *[results]float32)
//
// with n a positive multiple of 8; by and d are there if they have a size.
type function struct {
	name, about string
	ptrs        []string
	params      int
	// A sum is kept in eight lanes; after the loop the lanes are stored in d.
	// With unroll > 1, that many eights go through the loop together, each to
	// its own lanes, which are joined by the op join at the end.
	sums   int
	start  float32 // what the lanes hold at first
	unroll int
	join   opKind
	body   func(b *body)
}

type opKind int

const (
	opLoad  opKind = iota // from pointer imm
	opStore               // to pointer imm
	opConst               // bits imm
	opParam               // by[imm]
	opSum                 // lanes imm as they are before this round
	opKeep                // lanes imm are arg 0 from now on
	opAdd
	opSub
	opMul
	opDiv
	opMax // of a not-a-number and a number, the first argument
	opMin
	opFma   // a·b + c, rounded once
	opFnma  // c - a·b
	opSqrt  //
	opRound // to the nearest integer, ties to even
	opInt   // to int32, the nearest
	opShift // int32s to the left by imm
	opIAdd  // of int32s
	opBlend // where arg 0 has its sign bit arg 1, elsewhere arg 2
)

type op struct {
	kind opKind
	args []int
	imm  int
}

// body is what a function does to one eight, as a list of operations in
// order; a value is its operation's number.
type body struct {
	f    *function
	ops  []op
	lane int // which eight of an unrolled loop this is
}

func compile(f *function, lane int) *body {
	b := &body{f: f, lane: lane}
	f.body(b)
	return b
}

func (b *body) emit(kind opKind, imm int, args ...int) int {
	if kind == opConst || kind == opParam {
		for i, o := range b.ops {
			if o.kind == kind && o.imm == imm {
				return i
			}
		}
	}
	b.ops = append(b.ops, op{kind, args, imm})
	return len(b.ops) - 1
}

func (b *body) pointer(name string) int {
	for i, p := range b.f.ptrs {
		if p == name {
			return i
		}
	}
	panic(b.f.name + " has no pointer " + name)
}

func (b *body) load(p string) int        { return b.emit(opLoad, b.pointer(p)) }
func (b *body) store(p string, v int)    { b.emit(opStore, b.pointer(p), v) }
func (b *body) bits(x uint32) int        { return b.emit(opConst, int(x)) }
func (b *body) num(x float64) int        { return b.bits(math.Float32bits(float32(x))) }
func (b *body) by(i int) int             { return b.emit(opParam, i) }
func (b *body) add(x, y int) int         { return b.emit(opAdd, 0, x, y) }
func (b *body) sub(x, y int) int         { return b.emit(opSub, 0, x, y) }
func (b *body) mul(x, y int) int         { return b.emit(opMul, 0, x, y) }
func (b *body) div(x, y int) int         { return b.emit(opDiv, 0, x, y) }
func (b *body) max(x, y int) int         { return b.emit(opMax, 0, x, y) }
func (b *body) min(x, y int) int         { return b.emit(opMin, 0, x, y) }
func (b *body) fma(x, y, c int) int      { return b.emit(opFma, 0, x, y, c) }
func (b *body) fnma(x, y, c int) int     { return b.emit(opFnma, 0, x, y, c) }
func (b *body) sqrt(x int) int           { return b.emit(opSqrt, 0, x) }
func (b *body) round(x int) int          { return b.emit(opRound, 0, x) }
func (b *body) int(x int) int            { return b.emit(opInt, 0, x) }
func (b *body) shift(x, by int) int      { return b.emit(opShift, by, x) }
func (b *body) iadd(x, y int) int        { return b.emit(opIAdd, 0, x, y) }
func (b *body) blend(sign, n, p int) int { return b.emit(opBlend, 0, sign, n, p) }

// sum returns lanes i as they are, keep sets them.
func (b *body) sum(i int) int     { return b.emit(opSum, b.lane*b.f.sums+i) }
func (b *body) keep(i int, v int) { b.emit(opKeep, b.lane*b.f.sums+i, v) }

// lastUses returns by value the last operation that reads it.
func (b *body) lastUses() []int {
	last := make([]int, len(b.ops))
	for i, o := range b.ops {
		for _, a := range o.args {
			last[a] = i
		}
	}
	return last
}

func (f *function) results() int { return 8 * f.sums }

// signature returns the declaration in Go, and the size of the arguments.
func (f *function) signature() (text string, size int) {
	text = fmt.Sprintf("%s(%s *float32, n int", f.name, strings.Join(f.ptrs, ", "))
	size = 8*len(f.ptrs) + 8
	if f.params > 0 {
		text += fmt.Sprintf(", by *[%d]float32", f.params)
		size += 8
	}
	if f.sums > 0 {
		text += fmt.Sprintf(", d *[%d]float32", f.results())
		size += 8
	}
	return text + ")", size
}

// arguments returns the arguments' names, in the order of their addresses.
func (f *function) arguments() []string {
	names := append(append([]string(nil), f.ptrs...), "n")
	if f.params > 0 {
		names = append(names, "by")
	}
	if f.sums > 0 {
		names = append(names, "d")
	}
	return names
}

func (f *function) head(p lines) {
	text, size := f.signature()
	p("\n// func %s", text)
	p("// %s; n is a positive multiple of 8.", f.about)
	p("TEXT ·%s(SB), NOSPLIT, $0-%d", f.name, size)
}

type lines func(format string, args ...any)

func linesTo(w *bytes.Buffer) lines {
	return func(format string, args ...any) { fmt.Fprintf(w, format+"\n", args...) }
}

// vectorFiles returns the assembly of all functions for both processors,
// their declarations, and functions of the same names for the others.
func vectorFiles() map[string][]byte {
	var amd64, arm64, decl, stubs bytes.Buffer
	for _, w := range []*bytes.Buffer{&amd64, &arm64} {
		w.WriteString(header + "#include \"textflag.h\"\n")
	}
	decl.WriteString(header + "//go:build amd64 || arm64\n\npackage nn\n")
	stubs.WriteString(header + "//go:build !amd64 && !arm64\n\npackage nn\n\n" +
		"// Here hasVectors is false: nothing calls these.\n")
	avx2Constants(linesTo(&amd64))
	for i := range functions {
		f := &functions[i]
		f.avx2(linesTo(&amd64))
		f.neon(linesTo(&arm64))
		text, _ := f.signature()
		fmt.Fprintf(&decl, "\n//go:noescape\nfunc %s\n", text)
		fmt.Fprintf(&stubs, "\nfunc %s {}\n", text)
	}
	return map[string][]byte{
		"vec_amd64.s": amd64.Bytes(), "vec_arm64.s": arm64.Bytes(),
		"vec_asm.go": formatted(decl.Bytes()), "vec_none.go": formatted(stubs.Bytes()),
	}
}
