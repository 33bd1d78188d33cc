package main

// frame assigns a processor's vector registers while a function is written.
type frame struct {
	p       lines
	free    []int
	fixed   map[op2]int // registers of constants, parameters and sums
	halves  int         // vectors that make up an eight
	short   bool        // there were not enough registers
	b       *body
	last    []int
	at      [][]int // by half and value: its register, or none
	borrows []int   // registers to give back after the operation
}

// op2 names a constant, parameter or the half of a sum.
type op2 struct {
	kind      opKind
	imm, half int
}

const none = -1

func newFrame(p lines, registers, halves int) *frame {
	f := &frame{p: p, fixed: map[op2]int{}, halves: halves}
	for i := range registers {
		f.free = append(f.free, i)
	}
	return f
}

// take returns a free register: the one given back longest ago, so that
// neighbouring operations do not wait for each other.
func (f *frame) take() int {
	if len(f.free) == 0 {
		f.short = true
		return 0
	}
	reg := f.free[0]
	f.free = f.free[1:]
	return reg
}

func (f *frame) give(reg int) { f.free = append(f.free, reg) }

// run writes a body with emit, which is called by operation and half.
func (f *frame) run(b *body, emit func(i int, o op, half int)) {
	f.b, f.last = b, b.lastUses()
	f.at = make([][]int, f.halves)
	for h := range f.at {
		f.at[h] = make([]int, len(b.ops))
		for i, o := range b.ops {
			f.at[h][i] = none
			switch o.kind {
			case opConst, opParam:
				if reg, ok := f.fixed[op2{o.kind, o.imm, 0}]; ok {
					f.at[h][i] = reg
				}
			case opSum:
				f.at[h][i] = f.fixed[op2{opSum, o.imm, h}]
			}
		}
	}
	for i, o := range b.ops {
		if o.kind == opConst || o.kind == opParam || o.kind == opSum {
			continue
		}
		for h := range f.halves {
			emit(i, o, h)
			for _, reg := range f.borrows {
				f.give(reg)
			}
			f.borrows = f.borrows[:0]
		}
	}
}

// dies says whether operation i is the last to need value v, whose register
// is then free for others.
func (f *frame) dies(i, v int) bool {
	k := f.b.ops[v].kind
	return f.last[v] == i && k != opConst && k != opParam
}

// release gives back the registers of what operation i was the last to read,
// but for keep.
func (f *frame) release(i, half, keep int) {
	for n, v := range f.b.ops[i].args {
		reg := f.at[half][v]
		if f.dies(i, v) && reg != keep && f.b.ops[v].kind != opSum && !f.isSum(reg) && !again(f.b.ops[i].args[:n], v) {
			f.give(reg)
		}
	}
}

func again(args []int, v int) bool {
	for _, a := range args {
		if a == v {
			return true
		}
	}
	return false
}

func (f *frame) isSum(reg int) bool {
	for k, r := range f.fixed {
		if k.kind == opSum && r == reg {
			return true
		}
	}
	return false
}

// over returns a register for the result of operation i: that of value v if
// nothing needs v any more, else a new one and false.
func (f *frame) over(i, half, v int) (reg int, same bool) {
	if f.dies(i, v) {
		reg, same = f.at[half][v], true
	} else {
		reg = f.take()
	}
	f.release(i, half, reg)
	f.at[half][i] = reg
	return reg, same
}

// result returns a register for the result of operation i, which reads all
// its arguments before it writes.
func (f *frame) result(i, half int) int {
	for _, v := range f.b.ops[i].args {
		if f.dies(i, v) {
			reg, _ := f.over(i, half, v)
			return reg
		}
	}
	reg := f.take()
	f.release(i, half, reg)
	f.at[half][i] = reg
	return reg
}
