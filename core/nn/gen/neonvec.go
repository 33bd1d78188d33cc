package main

import "math"

// neonOps are the instructions on four float32s or int32s with their codes;
// Go's assembler knows few of them.
var neonOps = map[opKind]struct {
	name string
	code uint32
}{
	opAdd: {"FADD", 0x4e20d400}, opSub: {"FSUB", 0x4ea0d400}, opMul: {"FMUL", 0x6e20dc00}, opDiv: {"FDIV", 0x6e20fc00},
	opMax: {"FMAX", 0x4e20f400}, opMin: {"FMIN", 0x4ea0f400}, opFma: {"FMLA", 0x4e20cc00}, opFnma: {"FMLS", 0x4ea0cc00},
	opSqrt: {"FSQRT", 0x6ea1f800}, opRound: {"FRINTN", 0x4e218800}, opInt: {"FCVTNS", 0x4e21a800},
	opShift: {"SHL", 0x4f205400}, opIAdd: {"ADD", 0x4ea08400},
}

// neonNegative is CMLT d, n, #0 of int32s: all ones where the sign bit is
// set; neonSelect is BSL d, n, m: n's bits where d's are set, else m's.
const (
	neonNegative = 0x4ea0a800
	neonSelect   = 0x6e601c00
)

// The slices' pointers are in R0, R1, ...; these are what else is there.
const (
	neonN       = "R7"
	neonBy      = "R8"
	neonD       = "R9"
	neonScratch = "R10"
)

// neon writes f for arm64. An eight is two vectors; all constants stay in
// registers.
func (f *function) neon(p lines) {
	a := &neon{frame: newFrame(p, 32, 2)}
	f.head(p)
	for i, name := range f.arguments() {
		reg := map[string]string{"n": neonN, "by": neonBy, "d": neonD}[name]
		if reg == "" {
			p("\tMOVD %s+%d(FP), R%d", name, 8*i, i)
		} else {
			p("\tMOVD %s+%d(FP), %s", name, 8*i, reg)
		}
	}
	unroll := max(1, f.unroll)
	for i := range f.sums * unroll {
		for h := range 2 {
			reg := a.take()
			a.fixed[op2{opSum, i, h}] = reg
			p("\tMOVD $0x%08x, %s\n\tVDUP %s, V%d.S4", math.Float32bits(f.start), neonScratch, neonScratch, reg)
		}
	}
	for _, o := range compile(f, 0).ops {
		if o.kind != opConst && o.kind != opParam {
			continue
		}
		reg := a.take()
		a.fixed[op2{o.kind, o.imm, 0}] = reg
		if o.kind == opConst {
			p("\tMOVD $0x%08x, %s", o.imm, neonScratch)
		} else {
			p("\tMOVWU %d(%s), %s", 4*o.imm, neonBy, neonScratch)
		}
		p("\tVDUP %s, V%d.S4", neonScratch, reg)
	}
	advance := func(n int) {
		for i := range f.ptrs {
			p("\tADD  $%d, R%d", 4*n, i)
		}
		p("\tSUB  $%d, %s", n, neonN)
	}
	if unroll > 1 {
		p("\tCMP  $%d, %s\n\tBLT  rest", 8*unroll, neonN)
		p("loop:")
		for lane := range unroll {
			a.run(compile(f, lane), a.emit)
		}
		advance(8 * unroll)
		p("\tCMP  $%d, %s\n\tBGE  loop", 8*unroll, neonN)
		p("rest:\n\tCBZ  %s, end", neonN)
	}
	p("next:")
	a.run(compile(f, 0), a.emit)
	advance(8)
	p("\tCBNZ %s, next", neonN)
	if unroll > 1 {
		p("end:")
	}
	for span := unroll / 2; span > 0; span /= 2 {
		for i := range span {
			for h := range 2 {
				x := a.fixed[op2{opSum, i, h}]
				a.three(f.join, x, x, a.fixed[op2{opSum, i + span, h}])
			}
		}
	}
	for i := range f.sums {
		for h := range 2 {
			p("\tFMOVQ F%d, %d(%s)", a.fixed[op2{opSum, i, h}], 32*i+16*h, neonD)
		}
	}
	p("\tRET")
	if a.short {
		panic(f.name + " needs too many registers")
	}
}

// neon writes operations for arm64.
type neon struct{ *frame }

func word(p lines, code uint32, format string, args ...any) {
	p("\tWORD $0x%08x // "+format, append([]any{code}, args...)...)
}

// three writes d = n op m, or for the fused ones d += n·m.
func (a *neon) three(kind opKind, d, n, m int) {
	o := neonOps[kind]
	word(a.p, o.code|uint32(m<<16|n<<5|d), "%s V%d.4S, V%d.4S, V%d.4S", o.name, d, n, m)
}

func (a *neon) two(kind opKind, d, n int) {
	o := neonOps[kind]
	word(a.p, o.code|uint32(n<<5|d), "%s V%d.4S, V%d.4S", o.name, d, n)
}

func (a *neon) move(d, n int) { a.p("\tVMOV V%d.B16, V%d.B16", n, d) }

func (a *neon) emit(i int, o op, h int) {
	arg := func(k int) int { return a.at[h][o.args[k]] }
	at := 32*a.b.lane + 16*h
	switch o.kind {
	case opLoad:
		a.p("\tFMOVQ %d(R%d), F%d", at, o.imm, a.result(i, h))
	case opStore:
		a.p("\tFMOVQ F%d, %d(R%d)", arg(0), at, o.imm)
		a.release(i, h, none)
	case opKeep:
		if from, to := arg(0), a.fixed[op2{opSum, o.imm, h}]; from != to {
			a.move(to, from)
			a.release(i, h, none)
		}
	case opFma, opFnma:
		x, y, c := arg(0), arg(1), arg(2)
		reg, same := a.over(i, h, o.args[2])
		if !same {
			a.move(reg, c)
		}
		a.three(o.kind, reg, x, y)
	case opSqrt, opRound, opInt:
		x := arg(0)
		a.two(o.kind, a.result(i, h), x)
	case opShift:
		x := arg(0)
		d := a.result(i, h)
		word(a.p, neonOps[opShift].code|uint32(o.imm<<16|x<<5|d), "SHL V%d.4S, V%d.4S, #%d", d, x, o.imm)
	case opBlend:
		x, n, m := arg(0), arg(1), arg(2)
		d := a.take() // the arguments are still read after it is written
		word(a.p, neonNegative|uint32(x<<5|d), "CMLT V%d.4S, V%d.4S, #0", d, x)
		word(a.p, neonSelect|uint32(m<<16|n<<5|d), "BSL V%d.16B, V%d.16B, V%d.16B", d, n, m)
		a.release(i, h, none)
		a.at[h][i] = d
	default:
		x, y := arg(0), arg(1)
		a.three(o.kind, a.result(i, h), x, y)
	}
}
