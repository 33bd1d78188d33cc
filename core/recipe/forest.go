package recipe

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"shoptwin/core"
	"shoptwin/core/table"
)

// An isolation forest (Liu, Ting and Zhou 2008): trees that cut a small sample
// at random set rows far from the others apart after few cuts. The score is
// 2^(-h/c), h being the mean depth of a row over the trees and c what it is
// expected to be; near 1 lies an outlier, below 0.5 nothing of note.

const (
	forestTrees  = 100
	forestSample = 256 // rows of each tree
)

type cut struct {
	column      int
	at          float64
	left, right int32 // places in the tree; leaves have left 0
	depth       float64
}

// forest grows trees over the rows of x, whose columns are numbers. A missing
// cell goes to the left.
func forest(x [][]float64, rows int, rng *rand.Rand) [][]cut {
	trees := make([][]cut, forestTrees)
	size := min(forestSample, rows)
	deepest := int(math.Ceil(math.Log2(math.Max(float64(size), 2))))
	for k := range trees {
		chosen := rng.Perm(rows)[:size]
		var grow func(at []int, depth int) int32
		grow = func(at []int, depth int) int32 {
			place := int32(len(trees[k]))
			trees[k] = append(trees[k], cut{depth: float64(depth) + expected(len(at))})
			if depth >= deepest || len(at) < 2 {
				return place
			}
			// A column that varies here, the first from a random one on.
			start := rng.IntN(len(x))
			for i := range x {
				j := (start + i) % len(x)
				lo, hi := math.Inf(1), math.Inf(-1)
				for _, r := range at {
					if v := x[j][r]; !math.IsNaN(v) {
						lo, hi = min(lo, v), max(hi, v)
					}
				}
				if !(lo < hi) {
					continue
				}
				v := lo + rng.Float64()*(hi-lo)
				var left, right []int
				for _, r := range at {
					if x[j][r] > v {
						right = append(right, r)
					} else {
						left = append(left, r)
					}
				}
				l := grow(left, depth+1)
				r := grow(right, depth+1)
				trees[k][place] = cut{column: j, at: v, left: l, right: r}
				return place
			}
			return place
		}
		grow(chosen, 0)
	}
	return trees
}

// expected is the mean depth of an unsuccessful search in a binary tree of n.
func expected(n int) float64 {
	if n < 2 {
		return 0
	}
	return 2*(math.Log(float64(n-1))+0.5772156649015329) - 2*float64(n-1)/float64(n)
}

// scores of the rows of x.
func scores(trees [][]cut, x [][]float64, rows, size int) []float64 {
	out := make([]float64, rows)
	core.Parallel((rows+4095)/4096, func(block int) {
		for i := block * 4096; i < min(rows, block*4096+4096); i++ {
			depth := 0.0
			for _, t := range trees {
				n := &t[0]
				for n.left != 0 {
					if x[n.column][i] > n.at {
						n = &t[n.right]
					} else {
						n = &t[n.left]
					}
				}
				depth += n.depth
			}
			out[i] = math.Exp2(-depth / float64(len(trees)) / math.Max(expected(size), 1e-9))
		}
	})
	return out
}

// isolated drops or marks the share of rows (1 %) with the highest scores. The
// forest, and the score from which on a row is an outlier, are learned from
// 20,000 rows chosen by hash.
func (s *Step) isolated(c *Compiler, cols []table.Field) (*Compiled, error) {
	if s.Then == "clip" {
		return nil, core.Errorf(core.Invalid, "a forest finds rows, not cells: there is nothing to clip").WithHint(`"then" is "drop" or "mark"`)
	}
	share := s.Share
	if share == 0 {
		share = 0.01
	}
	if share < 0 || share > 0.5 {
		return nil, core.Errorf(core.Invalid, "share is %v", share).WithHint("it lies between 0 and 0.5")
	}
	if c.Read == nil {
		return s.dropOrMark(c, "false", c.In, "")
	}
	numbers := func(t *table.Table) [][]float64 {
		out := make([][]float64, len(t.Columns))
		for k, col := range t.Columns {
			out[k] = col.Num
		}
		return out
	}
	list := identList(cols)
	t, _, err := c.Read(fmt.Sprintf("SELECT * FROM (SELECT _row, %s FROM %s ORDER BY md5(CAST(_row + %d AS VARCHAR)), _row LIMIT %d) ORDER BY _row", list, c.In, s.Seed, learnRows), cols)
	if err != nil {
		return nil, err
	}
	x, rows := numbers(t), t.Rows()
	if rows == 0 {
		return s.dropOrMark(c, "false", c.In, "")
	}
	trees := forest(x, rows, rand.New(rand.NewPCG(uint64(s.Seed), 11)))
	size := min(forestSample, rows)
	seen := scores(trees, x, rows, size)
	slices.Sort(seen)
	bar := seen[max(len(seen)-int(math.Round(share*float64(len(seen))))-1, 0)]
	var parts []string
	for last := int64(-1); ; {
		t, at, err := c.Read(fmt.Sprintf("SELECT _row, %s FROM %s WHERE _row > %d ORDER BY _row LIMIT %d", list, c.In, last, blockRows), cols)
		if err != nil {
			return nil, err
		}
		var far []int64
		for i, v := range scores(trees, numbers(t), t.Rows(), size) {
			if v > bar {
				far = append(far, at[i])
			}
		}
		name, err := c.Write(&table.Table{}, far)
		if err != nil {
			return nil, err
		}
		parts = append(parts, "SELECT _row AS far FROM "+name)
		if len(at) < blockRows {
			break
		}
		last = at[len(at)-1]
	}
	from := c.In + " LEFT JOIN (" + strings.Join(parts, " UNION ALL ") + ") AS far ON _row = far"
	return s.dropOrMark(c, "far.far IS NOT NULL", from, fmt.Sprintf("an isolation forest of %s scores them above %.3f", names(cols), bar))
}
