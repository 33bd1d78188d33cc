package serve

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strconv"

	"shoptwin/app"
	"shoptwin/core"
	"shoptwin/core/recommend"
)

// Recommends are the calls about recommendations.
type Recommends interface {
	EventTables(project string) ([]app.EventTable, error)
	StartRecommend(req app.RecommendRequest) (string, error)
	Recommendation(project string) (*app.RecommenderInfo, error)
	Recommended(project string, q recommend.Query) (recommend.Answer, error)
	RelatedTo(project, item string, k int) (app.Relatives, error)
	FindNames(project, what, text string, most int) ([]app.Found, error)
	StartLists(req app.ListsRequest) (string, error)
}

// withRecommend adds them to the methods.
func withRecommend(c Recommends, all map[string]method) map[string]method {
	all["EventTables"] = call1(c.EventTables)
	all["StartRecommend"] = call1(c.StartRecommend)
	all["Recommendation"] = call1(c.Recommendation)
	all["Recommended"] = call2(c.Recommended)
	all["RelatedTo"] = call3(c.RelatedTo)
	all["FindNames"] = call4(c.FindNames)
	all["StartLists"] = call1(c.StartLists)
	return all
}

func call3[A, B, C, R any](f func(A, B, C) (R, error)) method {
	return func(args []json.RawMessage) (any, error) {
		var a A
		var b B
		var c C
		if err := decode(args, &a, &b, &c); err != nil {
			return nil, err
		}
		return f(a, b, c)
	}
}

// mostQueries is how many lists one request may ask for.
const mostQueries = 1000

// recommend answers with lists from the project's newest recommender.
//
//	GET  /recommend/{project}?customer=C&k=10&new=1&why=1&exclude=X&only=Y&item=Z
//	POST /recommend/{project}   one query, or an array of up to 1,000
//
// exclude, only and item may come several times. A query as JSON is a
// [recommend.Query]: customer, items, k, new, exclude, only, why. The answer to
// one query is a [recommend.Answer]: customer, items (item, score, had, from,
// chance, and with why because) and a note where something was not known; to an array, an array in its order. An
// unknown customer gets what is popular, with a note. 404 says that the project
// has no recommender yet. Requests pass the same checks as the page's.
func (h *handler) recommend(w http.ResponseWriter, r *http.Request) {
	m, err := h.API.Recommender(r.PathValue("project"))
	if err != nil {
		fail(w, err)
		return
	}
	queries, many, err := queriesOf(w, r)
	if err != nil {
		fail(w, err)
		return
	}
	answers := make([]recommend.Answer, len(queries))
	for i, q := range queries {
		if answers[i], err = m.Ask(q); err != nil {
			fail(w, err)
			return
		}
	}
	if many {
		reply(w, http.StatusOK, answers)
		return
	}
	reply(w, http.StatusOK, answers[0])
}

// relations sends the part of the project's newest recommender that a page
// computes with; no customer is in it.
func (h *handler) relations(w http.ResponseWriter, r *http.Request) {
	m, err := h.API.Recommender(r.PathValue("project"))
	if err != nil {
		fail(w, err)
		return
	}
	var b bytes.Buffer
	if err := m.WritePage(&b); err != nil {
		fail(w, err)
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Write(b.Bytes())
}

func yes(s string) bool { return s == "1" || s == "true" }

// queriesOf reads the queries of a request; many says that they were an array.
func queriesOf(w http.ResponseWriter, r *http.Request) (queries []recommend.Query, many bool, err error) {
	if r.Method == http.MethodGet {
		v := r.URL.Query()
		q := recommend.Query{Customer: v.Get("customer"), Items: v["item"], New: yes(v.Get("new")), Why: yes(v.Get("why")), Exclude: v["exclude"], Only: v["only"]}
		if k := v.Get("k"); k != "" {
			if q.K, err = strconv.Atoi(k); err != nil {
				return nil, false, core.Errorf(core.Invalid, "k is %q, no whole number", k)
			}
		}
		return []recommend.Query{q}, false, nil
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxCall))
	if err != nil {
		return nil, false, bodyError(err, "recommend")
	}
	body = bytes.TrimSpace(body)
	if many = len(body) > 0 && body[0] == '['; many {
		err = json.Unmarshal(body, &queries)
	} else {
		queries = make([]recommend.Query, 1)
		err = json.Unmarshal(body, &queries[0])
	}
	switch {
	case err != nil:
		return nil, many, core.Errorf(core.Invalid, "the query is not JSON as it should be: %w", err).WithHint(`such as {"customer": "C00001", "k": 20}`)
	case len(queries) > mostQueries:
		return nil, many, core.Errorf(core.Invalid, "%d queries came at once", len(queries)).WithHint("send at most %d", mostQueries)
	}
	return queries, many, nil
}
