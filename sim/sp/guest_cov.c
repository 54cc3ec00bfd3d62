/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The counts of guest_cov.h, by image file. They lie in memory that processes share, since an
 * exploration runs in others than the one that writes the report; several may count at a time.
 */
#include "sp/guest_cov.h"

#include <sched.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Of address space, the same in all of them; what is not touched is not there. */
#ifdef FFASIM_ASAN
#define SHARED_AT ((void *)0x220000000000) /* behind simulated memory and views of it */
#else
#define SHARED_AT ((void *)0x510000000000)
#endif
#define SHARED_BYTES ((size_t)1 << 30)

struct shared {
	int taken;
	size_t used;
	struct guest_coverage *all;
};

bool guest_coverage_on;

static struct shared *shared;
static int shared_fd = -1;

bool guest_coverage_begin(int fd)
{
	const bool first = fd < 0;

	if (first) {
		fd = memfd_create("ffasim-coverage", MFD_CLOEXEC);
		if (fd < 0 || ftruncate(fd, SHARED_BYTES))
			return false;
	}
	shared = mmap(SHARED_AT, SHARED_BYTES, PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_FIXED_NOREPLACE | MAP_NORESERVE, fd, 0);
	if (shared == MAP_FAILED) {
		shared = NULL;
		close(fd);
		return false;
	}
	if (first)
		shared->used = sizeof(*shared);
	shared_fd = fd;
	guest_coverage_on = true;
	return true;
}

int guest_coverage_fd(void)
{
	return shared_fd;
}

struct guest_coverage *guest_coverage_first(void)
{
	return shared ? shared->all : NULL;
}

static void *take(size_t bytes)
{
	void *at = (char *)shared + shared->used;

	bytes = (bytes + 63) & ~(size_t)63;
	if (bytes > SHARED_BYTES - shared->used)
		return NULL;
	shared->used += bytes;
	return at;
}

static struct guest_coverage *make(const char *path, uint64_t insns)
{
	struct guest_coverage *c = take(sizeof(*c));
	char *name = take(strlen(path) + 1);
	int64_t *step = take((insns + 1) * sizeof(*step));

	if (!c || !name || !step)
		return NULL;
	strcpy(name, path);
	*c = (struct guest_coverage){
		.next = shared->all, .path = name, .insns = insns, .step = step};
	shared->all = c;
	return c;
}

struct guest_coverage *guest_coverage_of(const char *path, uint64_t image_bytes)
{
	struct guest_coverage *c;

	if (!guest_coverage_on)
		return NULL;
	while (__atomic_exchange_n(&shared->taken, 1, __ATOMIC_ACQUIRE))
		sched_yield();
	for (c = shared->all; c && strcmp(c->path, path); c = c->next)
		;
	if (!c)
		c = make(path, image_bytes / 4);
	__atomic_store_n(&shared->taken, 0, __ATOMIC_RELEASE);
	return c;
}

void guest_coverage_free(void)
{
	if (shared)
		munmap(shared, SHARED_BYTES);
	if (shared_fd >= 0)
		close(shared_fd);
	shared = NULL;
	shared_fd = -1;
	guest_coverage_on = false;
}
