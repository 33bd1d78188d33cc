package app

import (
	"crypto/rand"

	"shoptwin/store"
)

// kindSecret are the keys of a project that recipes name and never hold.
const kindSecret = "secret"

type secret struct {
	Name string `json:"name"`
	Key  []byte `json:"key"`
}

// secret returns the key of that name, which it makes when it is not there:
// 32 bytes from the system. It leaves the project only in a backup of it.
func (a *App) secret(p store.Project, name string) ([]byte, error) {
	a.secrets.Lock()
	defer a.secrets.Unlock()
	all, err := list(a, p.ID, kindSecret, func(store.Record, *secret) {})
	if err != nil {
		return nil, err
	}
	for _, s := range all {
		if s.Name == name {
			return s.Key, nil
		}
	}
	s := secret{name, make([]byte, 32)}
	if _, err := rand.Read(s.Key); err != nil {
		return nil, err
	}
	_, err = a.put(store.Record{Project: p.ID, Kind: kindSecret, Name: name}, s)
	return s.Key, err
}
