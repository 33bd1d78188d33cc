package app

import (
	"context"
	"path/filepath"
	"strings"
	"time"
	"unicode/utf8"

	"shoptwin/core"
	"shoptwin/core/source"
	"shoptwin/store/duck"
	"shoptwin/store/remote"
)

// Reading is how a file, a folder or a database is read. The zero value
// detects everything; see [source.Options] and [remote.Choice].
type Reading struct {
	Encoding  string `json:"encoding,omitempty"`
	Delimiter string `json:"delimiter,omitempty"` // one character, "\t" or "tab"
	Sheet     string `json:"sheet,omitempty"`     // of an Excel file
	HeaderRow int    `json:"headerRow,omitempty"` // from 1
	NoHeader  bool   `json:"noHeader,omitempty"`
	Member    string `json:"member,omitempty"`    // of a zip file
	Record    string `json:"record,omitempty"`    // the element of XML that is a row
	Union     bool   `json:"union,omitempty"`     // several files need not have the same columns
	TrustSize bool   `json:"trustSize,omitempty"` // read on when a packed file grows suspiciously large
	Table     string `json:"table,omitempty"`     // of a database
	Query     string `json:"query,omitempty"`     // to a database, instead of a table
}

func (r Reading) options(name string) (source.Options, error) {
	opt := source.Options{Name: name, Encoding: r.Encoding, Sheet: r.Sheet, HeaderRow: r.HeaderRow, NoHeader: r.NoHeader,
		Member: r.Member, Record: r.Record, Union: r.Union, TrustSize: r.TrustSize}
	switch d, size := utf8.DecodeRuneInString(r.Delimiter); {
	case r.Delimiter == "tab" || r.Delimiter == `\t`:
		opt.Delimiter = '\t'
	case size == len(r.Delimiter) && size > 0:
		opt.Delimiter = d
	case r.Delimiter != "":
		return opt, core.Errorf(core.Invalid, "the delimiter %q is not one character", r.Delimiter).WithHint("use one of , ; tab |")
	}
	return opt, nil
}

// IsDatabase says whether from is the address of a database server, whose
// password may have to be asked for. An SQLite file is none.
func IsDatabase(from string) bool {
	a, err := remote.ParseAddress(from)
	return err == nil && a.NeedsPassword()
}

// Remembered says whether the system's keyring holds the password for a server.
func (a *App) Remembered(from string) bool {
	address, err := remote.ParseAddress(from)
	return err == nil && remote.Recall(address) != ""
}

// ForgetPassword removes the password for a server from the system's keyring.
func (a *App) ForgetPassword(from string) error {
	address, err := remote.ParseAddress(from)
	if err != nil {
		return err
	}
	return remote.Forget(address)
}

// remember has the keyring keep the password of a server that took it, and says
// why it did not.
func remember(from, password string) string {
	address, err := remote.ParseAddress(from)
	if err == nil && address.NeedsPassword() && password != "" {
		err = remote.Remember(address, password)
	}
	if err != nil {
		return "The password was not kept: " + ProblemOf(err).Message + "."
	}
	return ""
}

// openRemote opens a database with the password that is given, or else the one
// that the keyring holds.
func openRemote(ctx context.Context, a remote.Address, password string) (*remote.DB, error) {
	if password == "" {
		password = remote.Recall(a)
	}
	return remote.Open(ctx, a, password)
}

// readInto reads a file, a folder, an SQLite file or a table of a server into
// a new table.
func readInto(ctx context.Context, db *duck.DB, name, from string, r Reading, password string, report func(core.Progress)) (duck.Imported, error) {
	if !remote.IsAddress(from) {
		opt, err := r.options(filepath.Base(from))
		if err != nil {
			return duck.Imported{}, err
		}
		return db.Import(ctx, name, from, opt, report)
	}
	a, err := remote.ParseAddress(from)
	if err != nil {
		return duck.Imported{}, err
	}
	other, err := openRemote(ctx, a, password)
	if err != nil {
		return duck.Imported{}, err
	}
	defer other.Close()
	sum := ""
	in, err := db.ImportRows(ctx, name, a.String(), func(sink source.Sink) (info source.Info, err error) {
		info, sum, err = other.Read(ctx, remote.Choice{Table: r.Table, Query: r.Query}, sink, report)
		return info, err
	})
	in.SHA256 = sum
	return in, err
}

// sourceOf is where a dataset came from, as it is kept: without a password.
func sourceOf(from string, r Reading) string {
	if !remote.IsAddress(from) {
		return filepath.Base(from)
	}
	a, err := remote.ParseAddress(from)
	switch {
	case err != nil:
		return "a database"
	case r.Query != "":
		return a.String() + ", query " + r.Query
	case r.Table != "":
		return a.String() + ", table " + r.Table
	}
	return a.String()
}

// sourceName is what a dataset from there is called when nobody says.
func sourceName(from string, r Reading) string {
	if !remote.IsAddress(from) {
		return from
	}
	a, err := remote.ParseAddress(from)
	if r.Table != "" || err != nil {
		return r.Table[strings.LastIndexByte(r.Table, '.')+1:]
	}
	return a.Name()
}

// SourceTable is one of the tables that a source holds: a sheet of a workbook,
// a file of a zip or a folder, a table or view of a database.
type SourceTable struct {
	Name string `json:"name"` // as it is chosen
	Kind string `json:"kind"` // sheet, file, table, view
	Rows int64  `json:"rows"` // -1 when not known
}

// SourceLook is what the beginning of a source shows.
type SourceLook struct {
	source.Glance
	Tables []SourceTable `json:"tables"`
	// Problem says why no rows are shown, such as that a table is to be
	// chosen first; nil when they are.
	Problem *Problem `json:"problem,omitempty"`
}

// LookAt shows the beginning of a file, a folder or a database before it is
// imported: what was detected, the tables to choose from and up to n rows,
// read as the import would read them. An error that a choice of the reading
// can mend is a Problem of the answer.
func (a *App) LookAt(ctx context.Context, from string, r Reading, password string, n int) (SourceLook, error) {
	var out SourceLook
	n = min(max(n, 1), 1000)
	if !remote.IsAddress(from) {
		opt, err := r.options(filepath.Base(from))
		if err != nil {
			return out, err
		}
		out.Glance, err = duck.Look(ctx, from, opt, n)
		for _, s := range out.Info.Sheets {
			out.Tables = append(out.Tables, SourceTable{s, "sheet", -1})
		}
		for _, s := range out.Info.Members {
			out.Tables = append(out.Tables, SourceTable{s, "file", -1})
		}
		return out.problem(err)
	}
	address, err := remote.ParseAddress(from)
	if err != nil {
		return out, err
	}
	other, err := openRemote(ctx, address, password)
	if err != nil {
		return out, err
	}
	defer other.Close()
	list, err := other.Tables(ctx)
	if err != nil {
		return out, err
	}
	for _, t := range list {
		out.Tables = append(out.Tables, SourceTable{t.String(), t.Kind, t.Rows})
	}
	info, _, err := other.Read(ctx, remote.Choice{Table: r.Table, Query: r.Query}, out.Sink(n), nil)
	return out.problem(out.Done(info, err))
}

// Look is [App.LookAt] for those who cannot cancel: it gives up after half a
// minute.
func (a *App) Look(from string, r Reading, password string, rows int) (SourceLook, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	out, err := a.LookAt(ctx, from, r, password, rows)
	if ctx.Err() != nil {
		err = core.Errorf(core.Invalid, "%s did not show its first rows within 30 seconds", sourceOf(from, r)).WithHint("import it without a look, or choose a smaller table")
	}
	return out, err
}

// problem keeps an error beside the tables there are to choose from.
func (l SourceLook) problem(err error) (SourceLook, error) {
	if err == nil || len(l.Tables) == 0 {
		return l, err
	}
	l.Problem = ProblemOf(err)
	return l, nil
}
