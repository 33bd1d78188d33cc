package remote

import (
	"context"
	"errors"
	"net"
	"strings"

	"github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5/pgconn"
	mssql "github.com/microsoft/go-mssqldb"

	"shoptwin/core"
)

// shown is what people call the kinds of servers.
var shown = map[string]string{"postgres": "PostgreSQL", "mysql": "MySQL", "sqlserver": "SQL Server", "sqlite": "SQLite"}

// place names a server and its database, without its user.
func (a Address) place() string {
	if a.Kind == "sqlite" {
		return a.String()
	}
	return shown[a.Kind] + " " + a.Host + "/" + a.Database
}

// opening is what could not be done when nothing was read yet.
const opening = "cannot be opened:"

// explain makes an error for people of what a server or driver says. The
// original is not kept: nobody knows what it holds.
func (db *DB) explain(ctx context.Context, err error, what string) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var known *core.Error
	if errors.As(err, &known) {
		return known
	}
	low := strings.ToLower(err.Error())
	has := func(words ...string) bool {
		for _, w := range words {
			if strings.Contains(low, w) {
				return true
			}
		}
		return false
	}
	said, hint := "", "check the address and the server"
	switch {
	case has("password", "authentication", "access denied", "login failed", "login error"):
		said, hint = "user and password are not accepted", "check both, and whether this user may come from this machine"
	case has("connection refused"):
		said, hint = "nobody answers there", "is the server running, and are host and port right?"
	case has("no such host"):
		said, hint = "a host of this name is not known", "is the server running, and are host and port right?"
	case has("timeout", "timed out", "network is unreachable", "no route"):
		hint = "is the server running, and are host and port right?"
	case has("read-only", "read only"):
		hint = "Shoptwin only reads: write a SELECT"
	case has("broken pipe", "reset by peer", "eof", "invalid connection", "bad connection", "conn closed", "closed network connection"):
		said, hint = "the connection broke off", "nothing was kept; import again once the server is back"
	case has("terminating connection", "shutdown", "closed", "server has gone away", "connection was killed"):
		hint = "the connection was lost: nothing was kept; import again once the server is back"
	case has("syntax"):
		hint = "check the query; it must be one statement of that server's SQL"
	case has("not a database", "malformed", "file is encrypted"):
		hint = "copy the file again; one with a password is not read"
	case has("permission denied", "select command denied"):
		hint = "ask for the right to read that table"
	case what == opening && has("does not exist", "unknown database", "cannot open database"):
		hint = "check the name of the database"
	case has("does not exist", "doesn't exist", "unknown column", "no such", "invalid column name", "invalid object name"):
		hint = "check the names of tables and columns in the query"
	}
	if said == "" {
		said = db.blackout(words(err))
	}
	return core.Errorf(core.Invalid, "%s %s %s", db.from.place(), what, said).WithHint("%s", hint)
}

// words are what the server itself says, without what its driver puts around.
func words(err error) string {
	var postgres *pgconn.PgError
	var maria *mysql.MySQLError
	var microsoft mssql.Error
	var network *net.OpError
	switch {
	case errors.As(err, &postgres):
		return postgres.Message
	case errors.As(err, &maria):
		return maria.Message
	case errors.As(err, &microsoft):
		return microsoft.Message
	case errors.As(err, &network):
		return network.Err.Error()
	}
	return err.Error()
}

// blackout takes the password out of what a server says.
func (db *DB) blackout(said string) string {
	if db.password != "" {
		said = strings.ReplaceAll(said, db.password, "…")
	}
	if len(said) > 600 {
		said = strings.ToValidUTF8(said[:600], "") + "…"
	}
	return strings.Join(strings.Fields(said), " ")
}
