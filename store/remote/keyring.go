package remote

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"time"

	"github.com/zalando/go-keyring"

	"shoptwin/core"
)

// Passwords of servers are kept in the system's keyring (the Secret Service of
// Linux desktops, macOS's Keychain, Windows' Credential Manager) when who types
// one says so, and nowhere else.

// keyringService is the name under which the keyring shows our entries.
const keyringService = "Shoptwin"

// keyringTime is how long the keyring is waited for; it may ask its owner to
// unlock it.
const keyringTime = 30 * time.Second

// account names the server and the user that a password is for.
func (a Address) account() string {
	return a.Kind + "://" + a.User + "@" + a.Host + "/" + a.Database
}

// Remember keeps the password of a server in the system's keyring. Unsupported
// where there is none, or it refuses.
func Remember(a Address, password string) error {
	_, err := keyringCall(func() (string, error) { return "", keyring.Set(keyringService, a.account(), password) })
	return err
}

// Recall returns the password that is kept for a server; "" when there is none
// or no keyring.
func Recall(a Address) string {
	if !a.NeedsPassword() {
		return ""
	}
	password, err := keyringCall(func() (string, error) { return keyring.Get(keyringService, a.account()) })
	if err != nil {
		return ""
	}
	return password
}

// Forget removes what is kept for a server; that nothing is, is no error.
func Forget(a Address) error {
	_, err := keyringCall(func() (string, error) {
		err := keyring.Delete(keyringService, a.account())
		if errors.Is(err, keyring.ErrNotFound) {
			err = nil
		}
		return "", err
	})
	return err
}

// mocked is set by tests, which have a keyring of their own.
var mocked bool

// keyringCall asks the keyring, for a limited time. What a keyring says is not
// passed on: nobody knows what it holds.
func keyringCall(ask func() (string, error)) (string, error) {
	none := core.Errorf(core.Unsupported, "the system's keyring does not take the password").
		WithHint("it is asked for each time; or unlock or install a keyring, such as gnome-keyring")
	if !mocked && !hasKeyring() {
		return "", none
	}
	type answer struct {
		password string
		err      error
	}
	got := make(chan answer, 1)
	go func() {
		password, err := ask()
		got <- answer{password, err}
	}()
	select {
	case a := <-got:
		if a.err != nil {
			return "", none
		}
		return a.password, nil
	case <-time.After(keyringTime):
		return "", none
	}
}

// hasKeyring says whether there may be one: on Linux only where a session's bus
// runs, as asking for one would start it.
func hasKeyring() bool {
	if runtime.GOOS != "linux" || os.Getenv("DBUS_SESSION_BUS_ADDRESS") != "" {
		return true
	}
	_, err := os.Stat(filepath.Join("/run/user", strconv.Itoa(os.Getuid()), "bus"))
	return err == nil
}
