package remote

import (
	"context"
	"database/sql"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/go-sql-driver/mysql"
	mssql "github.com/microsoft/go-mssqldb"
	"modernc.org/sqlite"

	"shoptwin/core"
)

// viaSQL is a server behind Go's own interface to databases, in one session.
type viaSQL struct {
	db   *sql.DB
	c    *sql.Conn
	list string // schema, name, kind, rows
	sign [2]string
	kind func(*sql.ColumnType) kind
	fix  func(any, *sql.ColumnType) any // what a driver cannot tell by its type alone; may be nil
}

// session opens one connection and runs what makes it read-only.
func (v *viaSQL) session(ctx context.Context, begin ...string) (server, error) {
	v.db.SetMaxOpenConns(1)
	within, cancel := context.WithTimeout(ctx, connectTime)
	defer cancel()
	c, err := v.db.Conn(within)
	if err != nil {
		_ = v.db.Close()
		if ctx.Err() == nil && within.Err() != nil {
			return nil, core.Errorf(core.Invalid, "no answer within %d seconds: timeout", int(connectTime.Seconds())).WithHint("is the server running, and are host and port right?")
		}
		return nil, err
	}
	v.c = c
	for _, s := range begin {
		if _, err := c.ExecContext(within, s); err != nil {
			v.close()
			return nil, err
		}
	}
	return v, nil
}

func (v *viaSQL) close() {
	_ = v.c.Close() // only read
	_ = v.db.Close()
}

func (v *viaSQL) quote(name string) string {
	return v.sign[0] + strings.ReplaceAll(name, v.sign[1], v.sign[1]+v.sign[1]) + v.sign[1]
}

func (v *viaSQL) tables(ctx context.Context) (list []Table, err error) {
	err = v.stream(ctx, v.list, nil, func(cells [][]byte) error {
		rows, err := strconv.ParseInt(string(cells[3]), 10, 64)
		if err != nil {
			rows = -1
		}
		list = append(list, Table{string(cells[0]), string(cells[1]), string(cells[2]), rows})
		return nil
	})
	return list, err
}

func (v *viaSQL) stream(ctx context.Context, query string, header func([]column) error, row func([][]byte) error) error {
	rows, err := v.c.QueryContext(ctx, query)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }() // its error came from Err
	types, err := rows.ColumnTypes()
	if err != nil {
		return err
	}
	cols := make([]column, len(types))
	for i, t := range types {
		cols[i] = column{name: t.Name(), kind: v.kind(t)}
	}
	if header != nil {
		if err := header(cols); err != nil {
			return err
		}
	}
	values, places := make([]any, len(cols)), make([]any, len(cols))
	for i := range values {
		places[i] = &values[i]
	}
	cells, bufs := make([][]byte, len(cols)), make([][]byte, len(cols))
	for rows.Next() {
		if err := rows.Scan(places...); err != nil {
			return err
		}
		for i, value := range values {
			if v.fix != nil {
				value = v.fix(value, types[i])
			}
			b, ok := textOf(value, cols[i].kind, bufs[i][:0])
			if cells[i] = nil; ok {
				bufs[i] = b
				cells[i] = b[:len(b):len(b)]
				if cells[i] == nil {
					cells[i] = []byte{}
				}
			}
		}
		if err := row(cells); err != nil {
			return err
		}
	}
	return rows.Err()
}

func openMySQL(ctx context.Context, from Address, password string) (server, error) {
	cfg := mysql.NewConfig()
	cfg.User, cfg.Passwd, cfg.Net, cfg.Addr, cfg.DBName = from.User, password, "tcp", from.Host, from.Database
	cfg.Timeout, cfg.Logger = connectTime, &mysql.NopLogger{}
	cfg.TLSConfig = "preferred"
	if tls := from.Options.Get("tls"); tls != "" {
		if tls != "true" && tls != "false" && tls != "preferred" && tls != "skip-verify" {
			return nil, core.Errorf(core.Invalid, "tls=%s is not known", tls).WithHint("use true, false, preferred or skip-verify")
		}
		cfg.TLSConfig = tls
	}
	c, err := mysql.NewConnector(cfg)
	if err != nil {
		return nil, err
	}
	v := &viaSQL{db: sql.OpenDB(c), sign: [2]string{"`", "`"}, kind: mysqlKind,
		list: `SELECT CASE WHEN table_schema = database() THEN '' ELSE table_schema END, table_name, CASE WHEN table_type LIKE '%VIEW%' THEN 'view' ELSE 'table' END, table_rows
			FROM information_schema.tables WHERE table_schema NOT IN ('information_schema', 'mysql', 'performance_schema', 'sys')
			AND (database() IS NULL OR table_schema = database()) ORDER BY 1, 2`}
	return v.session(ctx, "SET time_zone = '+00:00'", "SET SESSION TRANSACTION READ ONLY", "START TRANSACTION READ ONLY")
}

func mysqlKind(t *sql.ColumnType) kind {
	switch name := t.DatabaseTypeName(); name {
	case "TIMESTAMP":
		return zoned
	case "DATETIME":
		return moment
	case "BIT":
		return bits
	case "BINARY", "VARBINARY", "BLOB", "TINYBLOB", "MEDIUMBLOB", "LONGBLOB", "GEOMETRY":
		return raw
	}
	return plain
}

func openSQLServer(ctx context.Context, from Address, password string) (server, error) {
	query := url.Values{"app name": {"shoptwin"}, "ApplicationIntent": {"ReadOnly"}, "dial timeout": {"10"}}
	for name, to := range map[string]string{"encrypt": "encrypt", "trustservercertificate": "TrustServerCertificate"} {
		if x := from.Options.Get(name); x != "" {
			query.Set(to, x)
		}
	}
	if from.Database != "" {
		query.Set("database", from.Database)
	}
	host, port, err := net.SplitHostPort(from.Host)
	if err != nil {
		return nil, err
	}
	u := url.URL{Scheme: "sqlserver", User: url.UserPassword(from.User, password), Host: net.JoinHostPort(host, port), RawQuery: query.Encode()}
	c, err := mssql.NewConnector(u.String())
	if err != nil {
		return nil, err
	}
	v := &viaSQL{db: sql.OpenDB(c), sign: [2]string{"[", "]"}, kind: mssqlKind, fix: mssqlFix,
		list: `SELECT s.name, o.name, CASE o.type WHEN 'V' THEN 'view' ELSE 'table' END,
			(SELECT sum(p.rows) FROM sys.partitions p WHERE p.object_id = o.object_id AND p.index_id < 2)
			FROM sys.objects o JOIN sys.schemas s ON s.schema_id = o.schema_id WHERE o.type IN ('U', 'V') AND o.is_ms_shipped = 0 ORDER BY 1, 2`}
	// The server has no read-only session: what a query writes is never committed.
	return v.session(ctx, "SET LANGUAGE us_english", "SET IMPLICIT_TRANSACTIONS OFF", "BEGIN TRANSACTION")
}

func mssqlKind(t *sql.ColumnType) kind {
	switch t.DatabaseTypeName() {
	case "DATETIMEOFFSET":
		return zoned
	case "DATETIME", "DATETIME2", "SMALLDATETIME":
		return moment
	case "BINARY", "VARBINARY", "IMAGE", "TIMESTAMP", "UDT":
		return raw
	}
	return plain
}

func mssqlFix(v any, t *sql.ColumnType) any {
	b, ok := v.([]byte)
	if ok && t.DatabaseTypeName() == "UNIQUEIDENTIFIER" && len(b) == 16 {
		var id mssql.UniqueIdentifier
		if id.Scan(b) == nil {
			return id.String()
		}
	}
	if when, ok := v.(interface{ Format(string) string }); ok && t.DatabaseTypeName() == "TIME" {
		return when.Format("15:04:05")
	}
	return v
}

// openSQLite opens a file that is not trusted: read-only, no function of its
// schema may do more than compute, and no other file is opened with it.
func openSQLite(ctx context.Context, from Address) (server, error) {
	if st, err := os.Stat(from.Path); err != nil || !st.Mode().IsRegular() {
		return nil, core.Errorf(core.NotFound, "%s is not there", filepath.Base(from.Path)).WithHint("check the path")
	}
	if !isSQLite(from.Path) {
		return nil, core.Errorf(core.Invalid, "%s is no SQLite database, or may not be read", filepath.Base(from.Path)).WithHint("is it the right file? one with a password is not read")
	}
	path, err := filepath.Abs(from.Path)
	if err != nil {
		return nil, err
	}
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") { // C:/…
		path = "/" + path
	}
	u := url.URL{Scheme: "file", Path: path, RawQuery: url.Values{"mode": {"ro"}, "_pragma": {"query_only(1)", "trusted_schema(0)", "cell_size_check(1)", "mmap_size(0)", "temp_store(2)", "busy_timeout(3000)"}}.Encode()}
	db, err := sql.Open("sqlite", u.String())
	if err != nil {
		return nil, err
	}
	v := &viaSQL{db: db, sign: [2]string{`"`, `"`}, kind: sqliteKind, fix: sqliteFix,
		list: `SELECT '', name, type, -1 FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\_%' ESCAPE '\' ORDER BY name`}
	s, err := v.session(ctx)
	if err != nil {
		return nil, err
	}
	const attached, length = 7, 0 // SQLITE_LIMIT_ATTACHED, SQLITE_LIMIT_LENGTH
	for id, most := range map[int]int{attached: 0, length: 64 << 20} {
		if _, err := sqlite.Limit(v.c, id, most); err != nil {
			v.close()
			return nil, err
		}
	}
	return s, nil
}

// sqliteKind goes by what a column was declared as; SQLite's values have types
// of their own.
func sqliteKind(t *sql.ColumnType) kind {
	switch strings.ToUpper(t.DatabaseTypeName()) {
	case "DATETIME", "TIMESTAMP":
		return moment
	}
	return plain
}

func sqliteFix(v any, t *sql.ColumnType) any {
	switch b := v.(type) {
	case []byte:
		if !printable(b) {
			s := shaper{kind: raw}
			return s.shape(b)
		}
	case int64:
		if strings.EqualFold(t.DatabaseTypeName(), "BOOLEAN") && (b == 0 || b == 1) {
			return b == 1
		}
	}
	return v
}
