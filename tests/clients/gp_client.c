/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A GlobalPlatform client as libteec is one, on memory of its own that it registers (linux-tee.md
 * 1.3, 1.5, 6.4): gp_client. The echo TA copies one memory reference to the other.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/tee.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define IMPL_OPTEE 1
#define COPY 1 /* command of the TA */
#define SHORT_BUFFER 0xffff0010u
#define PAGE 4096

static const uint8_t echo_ta[16] = {0x66, 0x66, 0x61, 0x73, 0x69, 0x6d, 0x40, 0x01,
				    0x80, 0x00, 'e',  'c',  'h',  'o',	0x00, 0x01};
static int bad;

static void check(const char *what, int ok)
{
	if (ok)
		return;
	fprintf(stderr, "gp_client: %s (errno %d, %s)\n", what, errno, strerror(errno));
	bad = 1;
}

static void refused(const char *what, long ret, int err)
{
	check(what, ret < 0 && errno == err);
}

struct memory {
	int fd, id;
};

static int reg(int dev, void *at, size_t bytes, struct memory *m)
{
	struct tee_ioctl_shm_register_data a = {.addr = (uintptr_t)at, .length = bytes};

	m->fd = ioctl(dev, TEE_IOC_SHM_REGISTER, &a);
	m->id = a.id;
	if (m->fd >= 0)
		check("the argument comes back", a.addr == (uintptr_t)at && a.length == bytes);
	return m->fd;
}

static int open_optee(void)
{
	for (int n = 0; n < 16; n++) {
		struct tee_ioctl_version_data v;
		char path[20];
		int fd;

		snprintf(path, sizeof(path), "/dev/tee%d", n);
		fd = open(path, O_RDWR);
		if (fd >= 0 && !ioctl(fd, TEE_IOC_VERSION, &v) && v.impl_id == IMPL_OPTEE)
			return fd;
		if (fd >= 0)
			close(fd);
	}
	return -1;
}

static int open_session(int dev, uint32_t *session)
{
	struct tee_ioctl_open_session_arg a = {0};
	struct tee_ioctl_buf_data head = {(uintptr_t)&a, sizeof(a)};

	memcpy(a.uuid, echo_ta, sizeof(a.uuid));
	if (ioctl(dev, TEE_IOC_OPEN_SESSION, &head) || a.ret)
		return -1;
	*session = a.session;
	return 0;
}

/* Copies @bytes from offset @from of one to offset @to of the other; GP result or -1. *room in:
 * of the destination; out: what the TA says. */
static int64_t copy(int dev, uint32_t session, const struct memory *src, size_t from, size_t bytes,
		    const struct memory *dst, size_t to, size_t *room)
{
	struct {
		struct tee_ioctl_invoke_arg arg;
		struct tee_ioctl_param param[2];
	} call = {{.func = COPY, .session = session, .num_params = 2},
		  {{.attr = TEE_IOCTL_PARAM_ATTR_TYPE_MEMREF_INPUT,
		    .a = from,
		    .b = bytes,
		    .c = (uint64_t)src->id},
		   {.attr = TEE_IOCTL_PARAM_ATTR_TYPE_MEMREF_OUTPUT,
		    .a = to,
		    .b = *room,
		    .c = (uint64_t)dst->id}}};
	struct tee_ioctl_buf_data head = {(uintptr_t)&call, sizeof(call)};

	if (ioctl(dev, TEE_IOC_INVOKE, &head))
		return -1;
	*room = call.param[1].b;
	return call.arg.ret;
}

/* Neither end at a page's, several pages, and nothing beside it changes. */
static void copies(int dev, uint32_t session)
{
	const size_t len = 3 * PAGE + 11;
	uint8_t *a = malloc(len + 200), *b = malloc(len + 200), *want = malloc(len + 200);
	struct memory src, dst;

	for (size_t i = 0; i < len + 200; i++)
		a[i] = (uint8_t)(i * 7 + i / 256);
	memset(b, 0xee, len + 200);
	check("register", reg(dev, a + 3, len, &src) >= 0 && reg(dev, b + 5, len, &dst) >= 0);
	for (size_t round = 0; round < 4; round++) {
		const size_t n = (size_t[]){1, 100, PAGE, len - 40}[round], at = 10 * round;
		size_t room = n;

		a[3 + at] ^= 0x55; /* written after it was registered */
		memcpy(want, b, len + 200);
		memcpy(want + 5 + at, a + 3 + at, n);
		check("copy", copy(dev, session, &src, at, n, &dst, at, &room) == 0 && room == n);
		check("bytes", !memcmp(b, want, len + 200));
	}
	/* What the client writes itself meanwhile is its own. */
	b[5 + 50] = 1;
	memcpy(want, b, len + 200);
	want[5] = a[3];
	{
		size_t room = 1;

		copy(dev, session, &src, 0, 1, &dst, 0, &room);
	}
	check("bytes of the client", !memcmp(b, want, len + 200));
	{
		size_t room = 5;

		check("too little room",
		      copy(dev, session, &src, 0, 9, &dst, 0, &room) == SHORT_BUFFER && room == 9);
		refused("beyond the end", copy(dev, session, &src, len, 1, &dst, 0, &room), EINVAL);
	}
	refused("mmap", mmap(NULL, PAGE, PROT_READ, MAP_SHARED, src.fd, 0) == MAP_FAILED ? -1 : 0,
		EINVAL);
	close(src.fd);
	{
		size_t room = 1;

		refused("unregistered", copy(dev, session, &src, 0, 1, &dst, 0, &room), EINVAL);
	}
	close(dst.fd);
	free(a);
	free(b);
	free(want);
}

static void what_is_refused(int dev)
{
	uint8_t *p =
		mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct tee_ioctl_shm_register_data a = {.addr = (uintptr_t)p, .length = PAGE, .flags = 1};
	struct memory m;

	refused("flags", ioctl(dev, TEE_IOC_SHM_REGISTER, &a), EINVAL);
	refused("nothing", reg(dev, p, 0, &m), ENOMEM);
	refused("wraps", reg(dev, p, SIZE_MAX, &m), EFAULT);
	refused("kernel", reg(dev, (void *)0xffff800000000000, PAGE, &m), EFAULT);
	refused("null", reg(dev, NULL, PAGE, &m), EFAULT);
	mprotect(p + PAGE, PAGE, PROT_READ);
	refused("read-only", reg(dev, p + PAGE, 1, &m), EFAULT);
	refused("its second page read-only", reg(dev, p + 10, PAGE, &m), EFAULT);
	check("below it", reg(dev, p + 10, PAGE - 10, &m) >= 0);
	close(m.fd);
	munmap(p + PAGE, PAGE);
	refused("a hole", reg(dev, p, 3 * PAGE, &m), EFAULT);
	munmap(p, 3 * PAGE);
}

/* The parent's memory, by a child's call; and memory that the client no longer has. */
static void others(int dev, uint32_t session)
{
	uint8_t *p =
		mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct memory m;
	size_t room = 4;
	int status = -1;
	pid_t child;

	memcpy(p, "mine", 4);
	check("register one", reg(dev, p, 2 * PAGE, &m) >= 0);
	child = fork();
	if (!child)
		_exit(copy(dev, session, &m, 0, 4, &m, PAGE, &room) || room != 4);
	check("a child's call", waitpid(child, &status, 0) == child && !status);
	check("reaches the parent's memory", !memcmp(p + PAGE, "mine", 4));
	munmap(p, 2 * PAGE);
	check("pinned though unmapped", copy(dev, session, &m, 0, 4, &m, PAGE, &room) == 0);
	close(m.fd);
}

int main(void)
{
	const int dev = open_optee();
	uint32_t session;

	if (dev < 0 || open_session(dev, &session)) {
		perror("gp_client: no OP-TEE with the echo TA");
		return 1;
	}
	for (int i = 0; i < 20; i++)
		copies(dev, session);
	what_is_refused(dev);
	others(dev, session);
	close(dev);
	if (!bad)
		puts("registered memory is right");
	return bad;
}
