package encode

// Key is how fresh values of a key are written.
type Key struct{}

// Calendar is which days a time column may fall on.
type Calendar struct{}
