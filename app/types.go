package app

import (
	"encoding/json"
	"time"

	"shoptwin/core/promo"
	"shoptwin/core/quality"
	"shoptwin/core/recipe"
	"shoptwin/core/source"
	"shoptwin/core/table"
	"shoptwin/store/duck"
)

// The values that cross to a front end: what the window, the browser and the
// --json of the command line see. frontend/src/backend/types.ts mirrors them.

// ProjectInfo is one line of the list of projects.
type ProjectInfo struct {
	ID      string    `json:"id"`
	Name    string    `json:"name"`
	Created time.Time `json:"created"`
	Opened  time.Time `json:"opened"`
	LeftOff string    `json:"leftOff"` // screen key where work stopped, "" at first
	Tables  int       `json:"tables"`
	Rows    int64     `json:"rows"`
	Bytes   int64     `json:"bytes"` // on disk
}

// ProjectView is what the screens of one open project need.
type ProjectView struct {
	ProjectInfo
	Datasets  []Dataset      `json:"datasets"`
	Models    []ModelInfo    `json:"models"`
	Runs      []RunInfo      `json:"runs"`  // newest first
	Promo     *PromoInfo     `json:"promo"` // nil before a response model is fitted
	Scenarios []ScenarioInfo `json:"scenarios"`
}

// Dataset is a table of the project: an imported file or a recipe's result.
type Dataset struct {
	ID       string            `json:"id"`
	Name     string            `json:"name"`   // also its table's name
	Role     string            `json:"role"`   // transactions, products, promotions, behaviour, other
	Source   string            `json:"source"` // file name, or "recipe NAME"
	Rows     int64             `json:"rows"`
	Rejected int64             `json:"rejected"`
	Columns  []duck.ColumnInfo `json:"columns"`
	Info     source.Info       `json:"info"`
	SHA256   string            `json:"sha256"`
	Created  time.Time         `json:"created"`
	Recipe   *recipe.Recipe    `json:"recipe,omitempty"`
	Effects  []recipe.Effect   `json:"effects,omitempty"`
	Parents  []string          `json:"parents,omitempty"`
	// NoRows says that the project came from an archive without real rows.
	NoRows bool `json:"noRows,omitempty"`
}

// Page is a window of rows as text.
type Page struct {
	Header []string   `json:"header"`
	Rows   [][]string `json:"rows"`
	Total  int64      `json:"total"`
}

// RejectPage is a window of the rows that were set aside.
type RejectPage struct {
	Rejects []source.Reject `json:"rejects"`
	Total   int64           `json:"total"`
}

// ImportRequest brings files into a project. Files are paths of files or
// folders on this machine, or addresses of databases such as
// postgres://user@host/database; in the browser they are the names that
// /upload answered.
type ImportRequest struct {
	Project  string   `json:"project"`
	Files    []string `json:"files"`
	As       string   `json:"as,omitempty"`
	Role     string   `json:"role,omitempty"`
	Encoding string   `json:"encoding,omitempty"`
	Reading  Reading  `json:"reading,omitempty,omitzero"`
	// Password is for a database server; empty, the system's keyring is asked.
	// It is kept there if Remember says so, and nowhere else.
	Password string `json:"password,omitempty"`
	Remember bool   `json:"remember,omitempty"`
	// Roles overrides what columns were taken for.
	Roles map[string]table.Role `json:"roles,omitempty"`
}

// TrainRequest learns a synthesizer from a dataset, samples as many rows as
// the dataset has, and judges them against rows it set aside first.
type TrainRequest struct {
	Project string   `json:"project"`
	Dataset string   `json:"dataset"`           // name or id
	Engine  string   `json:"engine,omitempty"`  // "gan"
	Effort  string   `json:"effort,omitempty"`  // quick, balanced (default), best
	Minutes float64  `json:"minutes,omitempty"` // at most; 0 leaves it to effort
	Seed    uint64   `json:"seed,omitempty"`
	Rows    int      `json:"rows,omitempty"`   // synthetic rows; 0: as many as real
	Target  string   `json:"target,omitempty"` // column of the utility test; "" chooses
	Columns []string `json:"columns,omitempty"`

	Privacy PrivacyChoice `json:"privacy,omitempty,omitzero"`
	GAN     GANChoice     `json:"gan,omitempty,omitzero"`
	// Continue is a run whose model is trained on, with this dataset.
	Continue string `json:"continue,omitempty"`
	// Sequence says that rows are events of customers, who are drawn whole;
	// then there is but one engine.
	Sequence SequenceChoice `json:"sequence,omitempty,omitzero"`
}

// ModelInfo is a stored synthesizer.
type ModelInfo struct {
	ID      string          `json:"id"`
	Name    string          `json:"name"`
	Engine  string          `json:"engine"`
	Dataset string          `json:"dataset"`
	Created time.Time       `json:"created"`
	Bytes   int64           `json:"bytes"`
	SHA256  string          `json:"sha256"`
	Config  json.RawMessage `json:"config"`
}

// RunInfo is one training with its verdict: what was chosen, what came out.
type RunInfo struct {
	ID      string             `json:"id"`
	Name    string             `json:"name"` // "run 3"
	Created time.Time          `json:"created"`
	Seconds float64            `json:"seconds"`
	Seed    uint64             `json:"seed"`
	Dataset string             `json:"dataset"`
	Model   string             `json:"model"` // ModelInfo.ID
	Rows    int                `json:"rows"`  // synthetic rows asked for; as many as were learned from are judged
	Engine  string             `json:"engine"`
	Why     quality.Words      `json:"why"`    // why this engine, where it was chosen by trial
	Steps   int                `json:"steps"`  // 0 of an engine that does not learn by steps
	Scores  map[string]float64 `json:"scores"` // overall, shape, trend, ceiling, c2st, tstr, trtr, dcr, copies
	Curve   []CurvePoint       `json:"curve"`  // what training showed, at most 200 points

	Customers int `json:"customers,omitempty"` // drawn whole, Rows being their events; 0 where rows are drawn

	Request *TrainRequest `json:"request,omitempty"` // as it was asked for; nil of runs of older versions
	Rake    bool          `json:"rake,omitempty"`    // whether columns were adjusted after drawing
	Data    string        `json:"data,omitempty"`    // fingerprint of the table
	Machine *Machine      `json:"machine,omitempty"`
}

// CurvePoint is one moment of a training.
type CurvePoint struct {
	Step  int64              `json:"step"`
	Value map[string]float64 `json:"value"`
}

// PromoRequest fits the promotion response of a project. Products and
// Promotions are datasets and may be "". Columns overrides what is detected.
type PromoRequest struct {
	Project    string         `json:"project"`
	Sales      string         `json:"sales"`
	Products   string         `json:"products,omitempty"`
	Promotions string         `json:"promotions,omitempty"`
	Columns    *promo.Columns `json:"columns,omitempty"`
	Backtest   int            `json:"backtest,omitempty"` // held-out last weeks; 0: a quarter of them, at most 26
}

// PromoInfo is the fitted response model as the Promote screen needs it. The
// model itself is fetched as bytes and computed in the page.
type PromoInfo struct {
	Model    string                `json:"model"`
	Created  time.Time             `json:"created"`
	Sales    string                `json:"sales"`
	Backtest *promo.BacktestReport `json:"backtest"`

	Request *PromoRequest `json:"request,omitempty"` // as it was asked for; nil of fits of older versions
	Seconds float64       `json:"seconds,omitempty"`
	Data    string        `json:"data,omitempty"` // fingerprint of the panel's tables
	Machine *Machine      `json:"machine,omitempty"`
}

// ScenarioInfo is a stored plan.
type ScenarioInfo struct {
	ID      string     `json:"id"`
	Name    string     `json:"name"` // "A", "B", "C"
	Title   string     `json:"title"`
	Plan    promo.Plan `json:"plan"`
	Locked  []Slot     `json:"locked"` // cells that planning leaves as they are, also those without an offer; nil before the screen kept it
	Changed time.Time  `json:"changed"`

	Told *PlanFigures `json:"told,omitempty"` // what was expected of it by the response before the project's newest
}

// ExportRequest writes synthetic rows of a run's model to a file, or all rows
// of a dataset when one is named. Path is a file on this machine; "" keeps it
// in the project's folder for download.
type ExportRequest struct {
	Project string `json:"project"`
	Run     string `json:"run"`
	Dataset string `json:"dataset,omitempty"`
	Rows    int    `json:"rows"`
	Seed    uint64 `json:"seed,omitempty"`
	Format  string `json:"format,omitempty"` // csv, tsv, parquet, json, jsonl, xlsx, sqlite, duckdb, sql, mysql.sql, sqlserver.sql; "" by Path
	Path    string `json:"path,omitempty"`
	NoGuard bool   `json:"noGuard,omitempty"` // no formula guard

	// Where, Share and Shares ask for rows of kinds; see [synth.Want].
	Where  []string `json:"where,omitempty"`  // city=Lyon|Nice, age=18..25
	Share  float64  `json:"share,omitempty"`  // of the rows; 0: all
	Shares []string `json:"shares,omitempty"` // city=Lyon:0.3, family=yes:+20%
	// From is the first row that is written, of the sample of that seed: rows
	// that were written before need not be written again. Of a run of customers
	// it is the first customer.
	From int `json:"from,omitempty"`
	// Customers is how many customers to draw, of a run of them; 0: as many as
	// have about so many rows.
	Customers int `json:"customers,omitempty"`
}

// State of a job.
type State string

const (
	Running   State = "running"
	Paused    State = "paused"
	Done      State = "done"
	Failed    State = "failed"
	Cancelled State = "cancelled"
)

// Job is a long piece of work as it stands.
type Job struct {
	ID       string             `json:"id"`
	Kind     string             `json:"kind"` // demo, import, prepare, train, export, promo
	Project  string             `json:"project"`
	Title    string             `json:"title"` // what it works on: a file or dataset name
	State    State              `json:"state"`
	Stage    string             `json:"stage"` // key of the stage: import, prepare, train, sample, judge, fit, export
	Done     int64              `json:"done"`
	Total    int64              `json:"total"`
	Unit     string             `json:"unit"`
	Fraction float64            `json:"fraction"` // of the stage, in [0, 1]
	Seconds  float64            `json:"seconds"`  // since the start, pauses left out
	Left     float64            `json:"left"`     // seconds to the stage's end, -1 when not known
	JobLeft  float64            `json:"jobLeft"`  // seconds to the job's end, -1 when not known
	Value    map[string]float64 `json:"value"`
	Curve    []CurvePoint       `json:"curve,omitempty"`  // of the stage
	Stages   []StageDone        `json:"stages"`           // stages that have ended, in order
	Result   json.RawMessage    `json:"result,omitempty"` // when done: ids of what was made
	Error    *Problem           `json:"error,omitempty"`
}

// StageDone is a finished stage of a job.
type StageDone struct {
	Stage   string  `json:"stage"`
	Seconds float64 `json:"seconds"`
	Done    int64   `json:"done"`
	Unit    string  `json:"unit"`
}

// Problem is an error as people see it.
type Problem struct {
	Kind    string `json:"kind"` // core.Kind
	Message string `json:"message"`
	Hint    string `json:"hint"`
}

// About is what the frame shows of the machine and the program.
type About struct {
	Version string `json:"version"`
	Home    string `json:"home"`
	Threads int    `json:"threads"`
	Engine  string `json:"engine"` // kernels in use, such as "avx512"

	System     string `json:"system"` // such as linux/amd64
	Go         string `json:"go"`
	Processors int    `json:"processors"` // that Threads may be
	Memory     int64  `json:"memory"`     // of the machine, in bytes; 0 where it is not known
}
