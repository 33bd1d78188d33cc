package remote

import (
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"shoptwin/core"
)

// Address names a database. It never holds a password.
type Address struct {
	Kind     string // sqlite, postgres, mysql, sqlserver
	User     string
	Host     string // with the port
	Database string
	Path     string // of an SQLite file
	Options  url.Values
}

var schemes = map[string]string{
	"postgres": "postgres", "postgresql": "postgres", "mysql": "mysql", "mariadb": "mysql",
	"sqlserver": "sqlserver", "mssql": "sqlserver", "sqlite": "sqlite",
}

var ports = map[string]string{"postgres": "5432", "mysql": "3306", "sqlserver": "1433"}

// options are what may follow a ?; others could carry secrets, or change what
// a session may do.
var options = map[string][]string{
	"postgres":  {"sslmode", "sslrootcert"},
	"mysql":     {"tls"},
	"sqlserver": {"encrypt", "trustservercertificate", "database"},
}

const addressHint = "write postgres://user@host/database, mysql://user@host/database or sqlserver://user@host/database; SQLite files by their path"

// IsAddress says whether from is the address of a server, or the path of an
// SQLite file.
func IsAddress(from string) bool {
	scheme, _, ok := strings.Cut(from, "://")
	if ok && schemes[strings.ToLower(scheme)] != "" {
		return true
	}
	return isSQLite(from)
}

// isSQLite looks at the first bytes of a file.
func isSQLite(path string) bool {
	st, err := os.Stat(path)
	if err != nil || !st.Mode().IsRegular() {
		return false
	}
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer func() { _ = f.Close() }() // only read
	var magic [16]byte
	n, _ := f.Read(magic[:])
	return string(magic[:n]) == "SQLite format 3\x00"
}

// ParseAddress reads an address such as postgres://user@host:5432/database or
// a path of an SQLite file. An address with a password is refused: other
// programs, and the shell's history, would see it.
func ParseAddress(from string) (Address, error) {
	scheme, rest, ok := strings.Cut(from, "://")
	kind := schemes[strings.ToLower(scheme)]
	if !ok || kind == "" {
		return Address{Kind: "sqlite", Path: from}, nil
	}
	if kind == "sqlite" {
		return Address{Kind: kind, Path: rest}, nil
	}
	u, err := url.Parse(from)
	if err != nil { // its text holds all of the address
		return Address{}, core.Errorf(core.Invalid, "the address of the %s database cannot be read", kind).WithHint("%s", addressHint)
	}
	if _, set := u.User.Password(); set {
		return Address{}, core.Errorf(core.Invalid, "the address of the %s database holds a password, which others could see", kind).
			WithHint("leave it out: it is asked for, or read from --password-file or $SHOPTWIN_PASSWORD")
	}
	a := Address{Kind: kind, User: u.User.Username(), Database: strings.Trim(u.Path, "/"), Options: url.Values{}}
	for name, values := range u.Query() {
		low := strings.ToLower(name)
		if !slices.Contains(options[kind], low) {
			return Address{}, core.Errorf(core.Invalid, "the address of the %s database has an option %q that is not known", kind, name).
				WithHint("it may have %s", strings.Join(options[kind], ", "))
		}
		a.Options[low] = values
	}
	if a.Database == "" {
		a.Database = a.Options.Get("database")
	}
	a.Options.Del("database")
	host, port := u.Hostname(), u.Port()
	if host == "" {
		host = "localhost"
	}
	if port == "" {
		port = ports[kind]
	}
	a.Host = net.JoinHostPort(host, port)
	return a, nil
}

// String is the address as it may be shown and kept.
func (a Address) String() string {
	if a.Kind == "sqlite" {
		return filepath.Base(a.Path)
	}
	u := url.URL{Scheme: a.Kind, Host: a.Host, Path: "/" + a.Database}
	if a.User != "" {
		u.User = url.User(a.User)
	}
	return u.String()
}

// NeedsPassword says whether a server may ask for one.
func (a Address) NeedsPassword() bool { return a.Kind != "sqlite" }

// Name is what a dataset from there may be called.
func (a Address) Name() string {
	if a.Kind == "sqlite" {
		base := filepath.Base(a.Path)
		return strings.TrimSuffix(base, filepath.Ext(base))
	}
	return a.Database
}
