package main

import (
	"fmt"
	"math"
)

// avx2Bytes is an eight's size.
const avx2Bytes = 32

// avx2Constants writes every constant eight times over, as operands need it.
func avx2Constants(p lines) {
	seen := map[int]bool{}
	for i := range functions {
		f := &functions[i]
		ops := compile(f, 0).ops
		if f.start != 0 {
			ops = append(ops, op{kind: opConst, imm: int(math.Float32bits(f.start))})
		}
		for _, o := range ops {
			if o.kind != opConst || seen[o.imm] {
				continue
			}
			seen[o.imm] = true
			name := avx2Constant(o.imm)
			p("")
			for at := 0; at < avx2Bytes; at += 8 {
				p("DATA %s+%d(SB)/8, $0x%08x%08x", name, at, o.imm, o.imm)
			}
			p("GLOBL %s(SB), RODATA|NOPTR, $%d", name, avx2Bytes)
		}
	}
}

func avx2Constant(bits int) string { return fmt.Sprintf("x%08x<>", bits) }

var (
	avx2Pointers = []string{"DI", "SI", "R8", "R9", "R10", "R11", "R12"}
	avx2Binary   = map[opKind]string{opAdd: "VADDPS", opSub: "VSUBPS", opMul: "VMULPS", opDiv: "VDIVPS",
		opMax: "VMAXPS", opMin: "VMINPS", opIAdd: "VPADDD"}
)

// avx2 writes f with as many of its constants in registers as fit: what is
// not there is read from memory by each operation.
func (f *function) avx2(p lines) {
	fixed := f.avx2Fixed()
	for n := len(fixed); n >= 0; n-- {
		if f.avx2With(func(string, ...any) {}, fixed[:n]) {
			f.avx2With(p, fixed[:n])
			return
		}
	}
	panic(f.name + " needs too many registers")
}

// avx2Fixed returns constants and parameters, those that no instruction can
// read from memory first.
func (f *function) avx2Fixed() (list []op2) {
	b := compile(f, 0)
	inRegister := map[int]bool{}
	for _, o := range b.ops {
		switch o.kind {
		case opMax, opMin:
			inRegister[o.args[1]] = true
		case opBlend:
			inRegister[o.args[2]] = true
		case opSub, opDiv:
			inRegister[o.args[0]] = true
		}
	}
	for _, first := range []bool{true, false} {
		for i, o := range b.ops {
			if (o.kind == opConst || o.kind == opParam) && (o.kind == opParam || inRegister[i]) == first {
				list = append(list, op2{o.kind, o.imm, 0})
			}
		}
	}
	return list
}

// avx2With writes f; it returns false if there are not enough registers.
func (f *function) avx2With(p lines, fixed []op2) bool {
	a := &avx2{frame: newFrame(p, 16, 1), f: f}
	f.head(p)
	regs := append([]string(nil), avx2Pointers[:len(f.ptrs)]...)
	for i, name := range f.arguments() {
		reg := map[string]string{"n": "CX", "by": "AX", "d": "BX"}[name]
		if reg == "" {
			reg = regs[i]
		}
		p("\tMOVQ %s+%d(FP), %s", name, 8*i, reg)
	}
	unroll := max(1, f.unroll)
	for i := range f.sums * unroll {
		reg := a.take()
		a.fixed[op2{opSum, i, 0}] = reg
		if f.start == 0 {
			p("\tVXORPS Y%d, Y%d, Y%d", reg, reg, reg)
		} else {
			a.broadcast(op{kind: opConst, imm: int(math.Float32bits(f.start))}, reg)
		}
	}
	for _, o := range fixed {
		reg := a.take()
		a.fixed[o] = reg
		a.broadcast(op{kind: o.kind, imm: o.imm}, reg)
	}
	p("\tXORQ DX, DX")
	if unroll > 1 {
		p("\tCMPQ CX, $%d\n\tJLT  rest", 8*unroll)
		p("loop:")
		for lane := range unroll {
			a.run(compile(f, lane), a.emit)
		}
		p("\tADDQ $%d, DX\n\tSUBQ $%d, CX\n\tCMPQ CX, $%d\n\tJGE  loop", avx2Bytes*unroll, 8*unroll, 8*unroll)
		p("rest:\n\tTESTQ CX, CX\n\tJZ   end")
	}
	p("next:")
	a.run(compile(f, 0), a.emit)
	p("\tADDQ $%d, DX\n\tSUBQ $8, CX\n\tJNZ  next", avx2Bytes)
	if unroll > 1 {
		p("end:")
	}
	for span := unroll / 2; span > 0; span /= 2 {
		for i := range span {
			x, y := a.fixed[op2{opSum, i, 0}], a.fixed[op2{opSum, i + span, 0}]
			p("\t%s Y%d, Y%d, Y%d", avx2Binary[f.join], y, x, x)
		}
	}
	for i := range f.sums {
		p("\tVMOVUPS Y%d, %d(BX)", a.fixed[op2{opSum, i, 0}], avx2Bytes*i)
	}
	p("\tVZEROUPPER\n\tRET")
	return !a.short
}

// avx2 writes operations for x86-64; its assembler has the result last and
// Intel's second operand, which may be in memory, first.
type avx2 struct {
	*frame
	f *function
}

func (a *avx2) broadcast(o op, reg int) {
	if o.kind == opParam {
		a.p("\tVBROADCASTSS %d(AX), Y%d", 4*o.imm, reg)
	} else {
		a.p("\tVMOVUPS %s(SB), Y%d", avx2Constant(o.imm), reg)
	}
}

// reg returns the register with value v, which is fetched if it has none.
func (a *avx2) reg(v int) string {
	reg := a.at[0][v]
	if reg == none {
		reg = a.take()
		a.borrows = append(a.borrows, reg)
		a.broadcast(a.b.ops[v], reg)
	}
	return fmt.Sprintf("Y%d", reg)
}

// any returns a register or a place in memory with value v.
func (a *avx2) any(v int) string {
	if o := a.b.ops[v]; a.at[0][v] == none && o.kind == opConst {
		return avx2Constant(o.imm) + "(SB)"
	}
	return a.reg(v)
}

func (a *avx2) address(pointer int) string {
	return fmt.Sprintf("%d(%s)(DX*1)", avx2Bytes*a.b.lane, avx2Pointers[pointer])
}

func (a *avx2) emit(i int, o op, _ int) {
	switch o.kind {
	case opLoad:
		a.p("\tVMOVUPS %s, Y%d", a.address(o.imm), a.result(i, 0))
	case opStore:
		a.p("\tVMOVUPS %s, %s", a.reg(o.args[0]), a.address(o.imm))
		a.release(i, 0, none)
	case opKeep:
		from, to := a.at[0][o.args[0]], a.fixed[op2{opSum, o.imm, 0}]
		if from != to {
			a.p("\tVMOVAPS Y%d, Y%d", from, to)
			a.release(i, 0, none)
		}
	case opMax, opMin: // of a not-a-number and a number: Intel's second operand
		x, y := a.any(o.args[0]), a.reg(o.args[1])
		a.p("\t%s %s, %s, Y%d", avx2Binary[o.kind], x, y, a.result(i, 0))
	case opFma, opFnma:
		a.fma(i, o)
	case opSqrt:
		x := a.any(o.args[0])
		a.p("\tVSQRTPS %s, Y%d", x, a.result(i, 0))
	case opRound:
		x := a.any(o.args[0])
		a.p("\tVROUNDPS $0, %s, Y%d", x, a.result(i, 0))
	case opInt:
		x := a.any(o.args[0])
		a.p("\tVCVTPS2DQ %s, Y%d", x, a.result(i, 0))
	case opShift:
		x := a.reg(o.args[0])
		a.p("\tVPSLLD $%d, %s, Y%d", o.imm, x, a.result(i, 0))
	case opBlend:
		sign, neg, pos := a.reg(o.args[0]), a.any(o.args[1]), a.reg(o.args[2])
		a.p("\tVBLENDVPS %s, %s, %s, Y%d", sign, neg, pos, a.result(i, 0))
	default:
		x, y := o.args[0], o.args[1]
		if a.at[0][x] == none && o.kind != opSub && o.kind != opDiv {
			x, y = y, x
		}
		second, first := a.any(y), a.reg(x)
		a.p("\t%s %s, %s, Y%d", avx2Binary[o.kind], second, first, a.result(i, 0))
	}
}

// fma writes x·y + c or c - x·y over one of the three.
func (a *avx2) fma(i int, o op) {
	name := map[opKind]string{opFma: "VFMADD", opFnma: "VFNMADD"}[o.kind]
	x, y, c := o.args[0], o.args[1], o.args[2]
	if a.at[0][x] == none || a.dies(i, y) && !a.dies(i, x) {
		x, y = y, x
	}
	if !a.dies(i, c) && a.dies(i, x) && x != y && x != c {
		third, second := a.any(c), a.reg(y)
		reg, _ := a.over(i, 0, x)
		a.p("\t%s213PS %s, %s, Y%d", name, third, second, reg)
		return
	}
	third, second, from := a.any(y), a.reg(x), a.any(c)
	reg, same := a.over(i, 0, c)
	if !same {
		a.p("\tVMOVUPS %s, Y%d", from, reg)
	}
	a.p("\t%s231PS %s, %s, Y%d", name, third, second, reg)
}
