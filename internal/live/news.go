package live

import (
	"errors"
	"strconv"
	"strings"

	"github.com/google/uuid"
)

// News says that something of an account was committed. It holds no content: whoever cares reads the source.
// News with neither position nor run says only that something may have changed.
type News struct {
	AccountID uuid.UUID
	Position  int64     // of the newest change in the account's journal; 0: none
	RunID     uuid.UUID // what moved; uuid.Nil: nothing did
	Sequence  int64     // of RunID's newest state; 0 without RunID
	Origin    string    // the trace of the write, for HubOptions.Published; it is not published itself
}

const (
	channelStart = "orgmap:{" // in a Redis cluster, what stands in the braces decides on the slot
	channelEnd   = "}"
)

var errGarbage = errors.New("live: not a piece of news")

// channels names the channels of a line's accounts.
type channels struct{ start, end string }

// plainChannels are those of a Redis that is no cluster.
func plainChannels() channels { return channels{channelStart, channelEnd} }

// shardChannels keep all channels of a line in one slot of a Redis cluster, so that one connection can hold them.
func shardChannels(line int) channels {
	return channels{channelStart + strconv.Itoa(line) + channelEnd + ":", ""}
}

func (c channels) name(accountID uuid.UUID) string { return c.start + accountID.String() + c.end }

func (c channels) account(channel string) (uuid.UUID, error) {
	accountID, err := uuid.Parse(strings.TrimSuffix(strings.TrimPrefix(channel, c.start), c.end))
	if err != nil || c.name(accountID) != channel {
		return uuid.Nil, errGarbage
	}
	return accountID, nil
}

// payload is the text sent on the account's channel: "position" or "position run sequence".
func (n News) payload() string {
	position := strconv.FormatInt(n.Position, 10)
	if n.RunID == uuid.Nil {
		return position
	}
	return position + " " + n.RunID.String() + " " + strconv.FormatInt(n.Sequence, 10)
}

// parseNews accepts exactly what payload writes: anybody may publish on a channel, so nothing is guessed.
func parseNews(accountID uuid.UUID, payload string) (News, error) {
	news := News{AccountID: accountID}
	position, run, moved := strings.Cut(payload, " ")
	var err error
	if news.Position, err = strconv.ParseInt(position, 10, 64); err != nil {
		return News{}, errGarbage
	}
	if moved {
		id, sequence, _ := strings.Cut(run, " ")
		if news.RunID, err = uuid.Parse(id); err != nil {
			return News{}, errGarbage
		}
		if news.Sequence, err = strconv.ParseInt(sequence, 10, 64); err != nil {
			return News{}, errGarbage
		}
	}
	if news.Position < 0 || news.Sequence < 0 || news.payload() != payload {
		return News{}, errGarbage
	}
	return news, nil
}
