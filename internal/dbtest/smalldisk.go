//go:build unix

package dbtest

import (
	"os"
	"os/exec"
	"testing"
)

// NewPostgresServerOnSmallDisk is NewPostgresServer on its own in-memory disk, with a size such as
// "64m". Only root may mount it: otherwise the test is skipped, even in CI.
func NewPostgresServerOnSmallDisk(t testing.TB, size string) *PostgresServer {
	t.Helper()
	folder, err := newFolder()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	if output, err := exec.Command("mount", "-t", "tmpfs", "-o", "size="+size+",mode=755", "tmpfs", folder).CombinedOutput(); err != nil {
		t.Skipf("skipped: a small disk cannot be mounted here, which takes root: %v: %s", err, output)
	}
	t.Cleanup(func() {
		// Lazily: the server has ended, and nothing else may keep the folder busy.
		if output, err := exec.Command("umount", "--lazy", folder).CombinedOutput(); err != nil {
			t.Errorf("umount: %v: %s", err, output)
		}
	})
	return newPostgresServer(t, folder)
}
