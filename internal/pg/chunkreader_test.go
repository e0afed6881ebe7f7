package pg

import (
	"bytes"
	"io"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestChunkReader_ReadsAllBytes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		whole := bytes.Repeat([]byte("0123456789"), rapid.IntRange(0, 40_000).Draw(t, "tens"))
		from := rapid.SampledFrom([]func(io.Reader) io.Reader{
			func(r io.Reader) io.Reader { return r }, iotest.HalfReader, iotest.DataErrReader,
		}).Draw(t, "kind of reader")(bytes.NewReader(whole))
		reader := &chunkReader{from: from}
		var got []byte
		for {
			into := make([]byte, rapid.SampledFrom([]int{1, 100, 8192, chunkSize - 1, chunkSize, 2 * chunkSize}).Draw(t, "size"))
			read, err := reader.Read(into)
			got = append(got, into[:read]...)
			require.Equal(t, len(reader.left) > 0, reader.buffer != nil, "a buffer is kept only while it holds bytes")
			if err != nil {
				require.Equal(t, io.EOF, err)
				break
			}
		}
		require.True(t, bytes.Equal(whole, got))
	})
	failing := &chunkReader{from: iotest.ErrReader(io.ErrClosedPipe)}
	_, err := failing.Read(make([]byte, 10))
	require.ErrorIs(t, err, io.ErrClosedPipe)
	require.Nil(t, failing.buffer)
}
