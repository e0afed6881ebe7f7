package transport

import (
	"bytes"
	"encoding/binary"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// Frames are counted one by one, however they are split across reads and however long they are.
func TestPacer_CountsFrames(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var sent []byte
		frames := rapid.IntRange(0, 40).Draw(t, "frames")
		for range frames {
			length := rapid.SampledFrom([]int{0, 1, 125, 126, 127, 1000, 1<<16 - 1, 1 << 16}).Draw(t, "length")
			sent = append(sent, rapid.SampledFrom([]byte{0x81, 0x89, 0x8a, 0, 1}).Draw(t, "first"))
			switch {
			case length <= 125:
				sent = append(sent, 0x80|byte(length))
			case length < 1<<16:
				sent = binary.BigEndian.AppendUint16(append(sent, 0x80|126), uint16(length))
			default:
				sent = binary.BigEndian.AppendUint64(append(sent, 0x80|127), uint64(length))
			}
			sent = append(sent, 0xff, 0xff, 0xff, 0xff)
			sent = append(sent, bytes.Repeat([]byte{0x81}, length)...)
		}
		now := time.Unix(0, 0)
		p := newPacer(func() { t.Fatal("this many frames are allowed") })
		p.now = func() time.Time { return now }
		p.acknowledged.Store(true)
		for len(sent) > 0 {
			read := min(len(sent), rapid.IntRange(1, 4096).Draw(t, "read"))
			p.follow(sent[:read])
			sent = sent[read:]
		}
		require.InDelta(t, frameBurst-frames, p.level, 0)
	})
}

func TestPacer_AllowsTheSustainedRate(t *testing.T) {
	t.Parallel()
	now := time.Unix(0, 0)
	ping := []byte{0x89, 0x80, 0, 0, 0, 0}
	p := newPacer(func() {})
	p.now = func() time.Time { return now }
	p.acknowledged.Store(true)
	for range frameBurst {
		require.True(t, p.allows(ping))
	}
	for range 1000 {
		now = now.Add(time.Second / frameRate)
		require.True(t, p.allows(ping))
	}
	require.False(t, p.allows(append(ping, ping...)))
}
