// Package quality judges a synthetic table against the real one it imitates,
// by fidelity, utility and privacy. Call [Evaluate] for the whole report and
// [WriteHTML] to show it to someone else.
//
// Shape, Trend and Overall follow SDMetrics' formulas, so that reports can be
// compared; each stands beside its ceiling, the score of real rows that were
// set aside, and its floor, the score of the real columns shuffled apart.
package quality

import (
	"shoptwin/core/privacy"
	"shoptwin/core/table"
)

// Config is what was chosen; the zero value is the default.
type Config struct {
	// Target is the column that is predicted to measure utility. "" takes the
	// last column with two values, the rarer in 5 % of the rows or more; else
	// the last categorical column of at most 20 levels; else the last measure.
	Target string `json:"target,omitempty"`
	// Targets are further columns to predict; nil takes up to three.
	Targets []string `json:"targets,omitempty"`
	// Groups are columns whose values are groups of people to be treated alike.
	Groups []string `json:"groups,omitempty"`
	// MaxRows is how many rows of each table are compared at most; a larger
	// table is represented by a sample. Default 100,000.
	MaxRows int `json:"maxRows,omitempty"`
	// ModelRows is how many rows of each table the boosted trees get at most.
	// Default 25,000.
	ModelRows int `json:"modelRows,omitempty"`
	// Queries is how many synthetic rows are searched for their nearest real
	// row. Default 6,000.
	Queries int `json:"queries,omitempty"`
	// Brief leaves out what a trial of several engines does not need: the
	// attacks, further targets, groups and strange rows.
	Brief bool `json:"brief,omitempty"`
	// Seed chooses every sample and split. The same tables, config and seed
	// give the same report, whatever the number of threads.
	Seed uint64 `json:"seed,omitempty"`
}

// Words is a sentence in the languages of the product.
type Words struct {
	En string `json:"en"`
	Zh string `json:"zh-CN"`
}

// In returns the sentence in lang, "en" or "zh-CN".
func (w Words) In(lang string) string {
	if lang == "zh-CN" && w.Zh != "" {
		return w.Zh
	}
	return w.En
}

// Report is what Evaluate found. All fractions lie in [0, 1]. Pointers are nil
// for what could not be judged; no number is NaN or infinite.
type Report struct {
	Version   int    `json:"version"` // of this form: 1
	Seed      uint64 `json:"seed"`
	Real      Side   `json:"real"`
	Holdout   *Side  `json:"holdout,omitempty"`
	Synthetic Side   `json:"synthetic"`

	Verdict Verdict `json:"verdict"`

	Scores                // of the synthetic table; the fields shape, trend, overall
	Ceiling *Scores       `json:"ceiling,omitempty"` // of the holdout
	Floor   Scores        `json:"floor"`             // of the real columns, each shuffled on its own
	Columns []ColumnScore `json:"columns"`           // worst first
	Pairs   []PairScore   `json:"pairs"`             // worst first
	LeftOut []LeftOut     `json:"leftOut,omitempty"`

	Accuracy        *Accuracy `json:"accuracy,omitempty"`        // of combinations of columns
	AccuracyCeiling *Accuracy `json:"accuracyCeiling,omitempty"` // of the holdout
	Triples         []Triple  `json:"triples,omitempty"`         // worst first

	Detection Detection `json:"detection"`
	Strange   *Strange  `json:"strange,omitempty"`
	Utility   *Utility  `json:"utility,omitempty"` // nil without a holdout or a target
	Targets   []Utility `json:"targets,omitempty"` // further targets, worst first
	Groups    []Groups  `json:"groups,omitempty"`  // of the columns in Config.Groups
	Privacy   Privacy   `json:"privacy"`

	// Guarantee is what the synthetic table's engine promises about privacy;
	// nil without a promise. It is the caller's to set. It covers what was
	// learned and sampled, and not this report, which is made from real rows.
	Guarantee *privacy.Statement `json:"guarantee,omitempty"`

	// Upsampled says what making a rare value frequent is good for; the
	// caller's to set, by Upsampling.
	Upsampled []*Upsampled `json:"upsampled,omitempty"`

	// Sequence compares customers with their events, where the rows are events;
	// the caller's to set, by CompareSequences.
	Sequence *Sequence `json:"sequence,omitempty"`

	// Problems keep the synthetic table from being used as the real one;
	// Notes say what was assumed, sampled or could not be judged.
	Problems []Words `json:"problems,omitempty"`
	Notes    []Words `json:"notes,omitempty"`
}

// Side is one of the tables.
type Side struct {
	Name   string `json:"name,omitempty"`
	Rows   int    `json:"rows"`
	Judged int    `json:"judged"` // rows compared, at most Config.MaxRows
}

// Scores are SDMetrics' properties. Shape is the mean score of the columns,
// Trend of the pairs of columns, Overall the mean of the two. TrendShared is
// Trend with both tables cut at the real table's edges: a missing extreme then
// costs little. A table with a single column has its Shape as Trend.
type Scores struct {
	Shape       float64 `json:"shape"`
	Trend       float64 `json:"trend"`
	TrendShared float64 `json:"trendShared"`
	Overall     float64 `json:"overall"`
}

// ColumnScore compares one column.
type ColumnScore struct {
	Name             string     `json:"name"`
	Kind             table.Kind `json:"kind"`
	Metric           string     `json:"metric"` // KSComplement or TVComplement
	Score            float64    `json:"score"`
	Ceiling          *float64   `json:"ceiling,omitempty"`
	RealMissing      float64    `json:"realMissing"`
	SyntheticMissing float64    `json:"syntheticMissing"`
	Differs          bool       `json:"differs"` // worse than chance explains, and visible
	Finding          Words      `json:"finding"` // what is off, in a sentence
	Bars             []Bar      `json:"bars"`    // both histograms, the same bins
}

// Bar is one bin of a column. A numeric bin is [Lo, Hi); the first and the
// last also hold everything beyond, so that single extremes are not shown. A
// level of a category stands in Label; Other holds the rare levels together.
type Bar struct {
	Label     string   `json:"label"`
	Lo        *float64 `json:"lo,omitempty"`
	Hi        *float64 `json:"hi,omitempty"`
	Other     bool     `json:"other,omitempty"`
	Real      float64  `json:"real"`      // share of the column's cells that are not missing
	Synthetic float64  `json:"synthetic"` // likewise
}

// PairScore compares the association of two columns.
type PairScore struct {
	A       string   `json:"a"`
	B       string   `json:"b"`
	Metric  string   `json:"metric"` // CorrelationSimilarity or ContingencySimilarity
	Score   float64  `json:"score"`
	Ceiling *float64 `json:"ceiling,omitempty"`
	// Shared is the score with both tables cut at the real table's edges, and
	// SharedCeiling that of the holdout. Unlike Score it does not fall when a
	// single extreme value is missing.
	Shared        float64  `json:"shared"`
	SharedCeiling *float64 `json:"sharedCeiling,omitempty"`
	// Loss is how far Shared stays below its ceiling, or below 1 without a
	// holdout; 0 when it does not.
	Loss      float64  `json:"loss"`
	Real      *float64 `json:"real,omitempty"`      // correlation, for two numbers
	Synthetic *float64 `json:"synthetic,omitempty"` // likewise
}

// LeftOut is a column that was not compared, and why.
type LeftOut struct {
	Name   string `json:"name"`
	Reason Words  `json:"reason"`
}

// Detection is how well boosted trees tell synthetic rows from real ones: the
// AUC on rows they were not trained on, 0.5 when they cannot. Copying training
// rows makes C2ST look good, so C2Holdout is the honest one.
type Detection struct {
	C2ST      *float64 `json:"c2st,omitempty"`      // against the real table
	C2Holdout *float64 `json:"c2holdout,omitempty"` // against the holdout
	// Real is the AUC of the real table against the holdout, Bootstrap that of
	// as many rows drawn from the real table with replacement: the least that
	// a generator which only knows the real table can be expected to reach.
	Real      *float64 `json:"real,omitempty"`
	Bootstrap *float64 `json:"bootstrap,omitempty"`
	Rows      int      `json:"rows"` // of each table
	// Clues are the columns that give the synthetic rows away, with their
	// share in the trees' gain against the real table.
	Clues []Clue `json:"clues,omitempty"`
}

// Clue is a column's share in telling the tables apart.
type Clue struct {
	Name  string  `json:"name"`
	Share float64 `json:"share"`
}

// Utility is how well a model that learned from synthetic rows predicts real
// rows it has not seen (TSTR), beside one that learned from real rows (TRTR).
type Utility struct {
	Target string `json:"target"`
	// Class is the value that is predicted, "" for a numeric target.
	Class  string `json:"class,omitempty"`
	Metric string `json:"metric"` // AUC or R2
	// Places says that not the target's value is predicted but its place among
	// the real table's values, in [0, 1]: it is so heavy-tailed that a hundredth
	// of them holds half of its variance.
	Places  bool    `json:"places,omitempty"`
	TSTR    float64 `json:"tstr"`
	TRTR    float64 `json:"trtr"`
	Guess   float64 `json:"guess"`   // what guessing scores: 0.5 or 0
	Kept    float64 `json:"kept"`    // (TSTR-Guess)/(TRTR-Guess), in [0, 1]; 0 when TRTR does not beat guessing
	Rows    int     `json:"rows"`    // each model learned from
	Learned bool    `json:"learned"` // TRTR beats guessing, so that Kept means something
	// Both is what one scores that learned from real and synthetic rows
	// together; only for the first target.
	Both *Both `json:"both,omitempty"`
}

// Both is what synthetic rows add to the real ones they were learned from. A
// twin knows nothing that its real rows do not say, so it rarely helps.
type Both struct {
	Score float64 `json:"score"`
	Gain  float64 `json:"gain"` // over TRTR
	Lo    float64 `json:"lo"`   // 95 %
	Hi    float64 `json:"hi"`
}

// Privacy compares synthetic rows with the rows that were learned from. Good
// values show no copying; they prove no privacy.
type Privacy struct {
	Copies        int  `json:"copies"` // synthetic rows equal to a real row in all compared columns
	HoldoutCopies *int `json:"holdoutCopies,omitempty"`
	CopyRows      int  `json:"copyRows"`              // synthetic rows looked up
	HoldoutRows   int  `json:"holdoutRows,omitempty"` // holdout rows looked up
	// DCRShare is the share of synthetic rows whose nearest row of the real
	// table is nearer than their nearest row of the holdout, ties half: 0.5
	// when nothing was copied. Lo and Hi are its 95 % interval.
	DCRShare *float64 `json:"dcrShare,omitempty"`
	DCRLo    *float64 `json:"dcrLo,omitempty"`
	DCRHi    *float64 `json:"dcrHi,omitempty"`
	Queries  int      `json:"queries,omitempty"` // synthetic rows searched for
	// NNDR is the median ratio of the distances to the nearest and the second
	// nearest real row, beside the same for the holdout's rows: a smaller one
	// means that single real rows were imitated.
	NNDR        *float64 `json:"nndr,omitempty"`
	HoldoutNNDR *float64 `json:"holdoutNndr,omitempty"`
	// Limit is the DCR share above which rows should not be shared.
	Limit float64 `json:"limit"`

	// Membership and SinglingOut are attacks; see there. They need a holdout.
	Membership  *Membership   `json:"membership,omitempty"`
	SinglingOut []SinglingOut `json:"singlingOut,omitempty"` // by one column, by several
}

// States of a Judgement.
const (
	Yes     = "yes"
	Watch   = "watch"
	No      = "no"
	Unknown = "unknown"
)

// Judgement is whether the synthetic table is fit for a purpose, and why.
type Judgement struct {
	State string `json:"state"` // yes, watch, no or unknown
	Why   Words  `json:"why"`
}

// Verdict says in words what the synthetic table is fit for.
type Verdict struct {
	Title     Words     `json:"title"`
	Sharing   Judgement `json:"sharing"`
	Modelling Judgement `json:"modelling"`
	Testing   Judgement `json:"testing"`
}
