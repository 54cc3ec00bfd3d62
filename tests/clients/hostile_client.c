/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Every ioctl with every malformed argument (linux-tee.md 1.5): hostile_client UUID. Each must fail
 * with the errno of the reference, and the device must work afterwards. Second argument "seccomp":
 * calls come by that.
 */

#include "ts_client.h"
#include "hostile.h"

static int bad;

void expect(const char *what, long ret, int err)
{
	const int got = ret < 0 ? errno : 0;

	if (got == err)
		return;
	fprintf(stderr, "hostile_client: %s: errno %d (%s), expected %d\n", what, got,
		strerror(got), err);
	bad = 1;
}

/* A page with nothing behind it. */
static uint8_t *edge(void)
{
	uint8_t *p = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	munmap(p + 4096, 4096);
	return p;
}

static const unsigned long commands[] = {
	TEE_IOC_VERSION,	 TEE_IOC_SHM_ALLOC,	TEE_IOC_OPEN_SESSION, TEE_IOC_INVOKE,
	TEE_IOC_CANCEL,		 TEE_IOC_CLOSE_SESSION, TEE_IOC_SUPPL_RECV,   TEE_IOC_SUPPL_SEND,
	HOSTILE_SHM_REGISTER_FD, TEE_IOC_SHM_REGISTER,
};

/* What tstee has no operation for is refused before anything is looked at (linux-tee.md 1.5). */
static bool absent(unsigned long command)
{
	return command == TEE_IOC_CANCEL || command == TEE_IOC_SUPPL_RECV ||
	       command == TEE_IOC_SUPPL_SEND || command == HOSTILE_SHM_REGISTER_FD;
}

static void every_command(int fd)
{
	uint8_t *p = edge();
	const uintptr_t places[] = {0,
				    1,
				    4095,
				    (uintptr_t)p + 4096,
				    (uintptr_t)p + 4094,
				    UINT64_MAX,
				    UINT64_MAX - 7,
				    0x800000000000,
				    0xffff800000000000};

	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		for (size_t j = 0; j < sizeof(places) / sizeof(places[0]); j++) {
			char what[64];

			snprintf(what, sizeof(what), "command %lx at %lx", commands[i], places[j]);
			expect(what, ioctl(fd, commands[i], places[j]),
			       absent(commands[i]) ? EINVAL : EFAULT);
		}
	expect("unknown command", ioctl(fd, _IO(0xa4, 99), NULL), EINVAL);
	expect("a command of another size", ioctl(fd, _IOWR(0xa4, 3, char[200]), p), EINVAL);
}

/* Of OPEN_SESSION and INVOKE: lengths, counts and attributes that do not fit. */
static void lengths(struct ts_client *c, unsigned long command, size_t fixed)
{
	uint8_t body[4096] = {0};
	struct tee_ioctl_buf_data head = {(uintptr_t)body, 0};
	struct tee_ioctl_param *param = (void *)(body + fixed);
	uint32_t *count = (void *)(body + fixed - 4);
	static const uint64_t lens[] = {0, 1, 16, 1024 + 1, UINT32_MAX, 1ull << 32, UINT64_MAX};
	static const uint32_t counts[] = {1, 33, 0x08000000, 0x10000000, UINT32_MAX};
	static const uint64_t attributes[] = {4, 8, 9, 0xff, 0x200, 1ull << 32, UINT64_MAX};
	uint8_t *p = edge();

	for (size_t i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
		head.buf_len = lens[i];
		expect("buf_len", ioctl(c->fd, command, &head), EINVAL);
	}
	head.buf_len = fixed - 1;
	expect("one byte short", ioctl(c->fd, command, &head), EINVAL);
	head.buf_len = fixed + 1;
	expect("one byte long", ioctl(c->fd, command, &head), EINVAL);
	head.buf_len = fixed;
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		*count = counts[i];
		expect("num_params", ioctl(c->fd, command, &head), EINVAL);
	}
	*count = 1;
	head.buf_len = fixed + sizeof(*param);
	for (size_t i = 0; i < sizeof(attributes) / sizeof(attributes[0]); i++) {
		*param = (struct tee_ioctl_param){.attr = attributes[i]};
		expect("attribute", ioctl(c->fd, command, &head), EINVAL);
	}
	for (uint64_t attr = 5; attr <= 7; attr++) {
		*param = (struct tee_ioctl_param){.attr = attr, .b = 8, .c = 777};
		expect("unknown memory", ioctl(c->fd, command, &head), EINVAL);
		*param = (struct tee_ioctl_param){
			.attr = attr, .a = UINT64_MAX, .b = 8, .c = (uint64_t)c->shm_id};
		expect("offset that wraps", ioctl(c->fd, command, &head), EINVAL);
		*param = (struct tee_ioctl_param){
			.attr = attr, .a = 1, .b = c->buf_bytes, .c = (uint64_t)c->shm_id};
		expect("a byte too much of the memory", ioctl(c->fd, command, &head), EINVAL);
	}
	for (size_t i = 0; i < 2; i++) {
		head.buf_ptr = i ? (uintptr_t)p + 4096 - fixed + 4 : 0;
		expect("body unmapped", ioctl(c->fd, command, &head), EFAULT);
	}
}

static void bodies(struct ts_client *c)
{
	struct {
		struct tee_ioctl_invoke_arg arg;
		struct tee_ioctl_param param[2];
	} call;
	struct tee_ioctl_buf_data head = {(uintptr_t)&call, sizeof(call.arg)};
	uint8_t *p = edge();

	memset(&call, 0, sizeof(call));
	head.buf_len = sizeof(call.arg) - 1;
	expect("invoke: short", ioctl(c->fd, TEE_IOC_INVOKE, &head), EINVAL);
	head.buf_len = UINT64_MAX;
	expect("invoke: endless", ioctl(c->fd, TEE_IOC_INVOKE, &head), EINVAL);
	head.buf_len = 0;
	expect("invoke: empty", ioctl(c->fd, TEE_IOC_INVOKE, &head), EINVAL);
	head.buf_len = sizeof(call.arg);
	call.arg.num_params = 2;
	expect("invoke: params missing", ioctl(c->fd, TEE_IOC_INVOKE, &head), EINVAL);
	call.arg.num_params = 0x08000000; /* times 32 is 0 in 32 bits */
	expect("invoke: overflow", ioctl(c->fd, TEE_IOC_INVOKE, &head), EINVAL);
	head.buf_len = sizeof(call.arg) + 32;
	call.arg.num_params = 1;
	call.param[0].attr = 4;
	expect("invoke: attribute", ioctl(c->fd, TEE_IOC_INVOKE, &head), EINVAL);
	call.param[0] = (struct tee_ioctl_param){.attr = 5, .b = 8, .c = 777};
	expect("invoke: unknown memory", ioctl(c->fd, TEE_IOC_INVOKE, &head), EINVAL);
	head.buf_ptr = (uintptr_t)(p + 4090);
	expect("invoke: body half mapped", ioctl(c->fd, TEE_IOC_INVOKE, &head), EFAULT);
	head.buf_ptr = (uintptr_t)&call;
	call.param[0] = (struct tee_ioctl_param){.attr = 3, .a = (uint64_t)c->shm_id, .b = 8};
	call.arg.session = c->session + 77;
	expect("invoke: no such session", ioctl(c->fd, TEE_IOC_INVOKE, &head), EINVAL);
}

static void memory(int fd)
{
	struct tee_ioctl_shm_alloc_data a = {.size = 4096, .flags = 1};
	struct {
		uint64_t addr, length;
		uint32_t flags;
		int32_t id;
	} reg = {(uintptr_t)&a, 16, 0, 0};

	expect("shm: flags", ioctl(fd, TEE_IOC_SHM_ALLOC, &a), EINVAL);
	a = (struct tee_ioctl_shm_alloc_data){.size = 1ull << 40};
	expect("shm: huge", ioctl(fd, TEE_IOC_SHM_ALLOC, &a), ENOMEM);
	expect("register", ioctl(fd, _IOWR(0xa4, 9, reg), &reg), 524); /* ENOTSUPP of the kernel */
}

/* Arguments that can be read but not written: what was made for them is taken back. */
static void read_only(const struct ts_client *c, const uint8_t uuid[16])
{
	uint8_t *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct tee_ioctl_open_session_arg *arg = (void *)p;
	struct tee_ioctl_shm_alloc_data *shm = (void *)(p + 1024), again = {.size = 4096};
	struct tee_ioctl_buf_data head = {(uintptr_t)arg, sizeof(*arg)};
	int fd;

	memcpy(arg->uuid, uuid, 16);
	shm->size = 4096;
	mprotect(p, 4096, PROT_READ);
	expect("version: read-only", ioctl(c->fd, TEE_IOC_VERSION, p), EFAULT);
	expect("session: read-only", ioctl(c->fd, TEE_IOC_OPEN_SESSION, &head), EFAULT);
	expect("shm: read-only", ioctl(c->fd, TEE_IOC_SHM_ALLOC, shm), EFAULT);
	fd = ioctl(c->fd, TEE_IOC_SHM_ALLOC, &again);
	expect("shm: the lowest id is free again", fd, 0);
	if (again.id != c->shm_id + 1) {
		fprintf(stderr, "hostile_client: id %d after %d\n", again.id, c->shm_id);
		bad = 1;
	}
	close(fd);
	munmap(p, 4096);
}

static void sessions(struct ts_client *c)
{
	struct tee_ioctl_close_session_arg s = {.session = 4711};
	int other = open("/dev/tee0", O_RDWR);

	expect("close: no such session", ioctl(c->fd, TEE_IOC_CLOSE_SESSION, &s), EINVAL);
	s.session = c->session;
	expect("close: another file's session", ioctl(other, TEE_IOC_CLOSE_SESSION, &s), EINVAL);
	close(other);
	expect("ioctl of a closed file", ioctl(other, TEE_IOC_VERSION, &s), EBADF);
	other = open("/dev/null", O_RDWR);
	expect("ioctl of another device", ioctl(other, TEE_IOC_VERSION, &s), ENOTTY);
	close(other);
	expect("no such device", open("/dev/tee15", O_RDWR), ENOENT);
}

int main(int argc, char **argv)
{
	const bool kernel = argc > 2 && !strcmp(argv[2], "seccomp");
	uint8_t uuid[16];
	struct ts_client c;
	size_t got = 0;

	hostile_memory_begin(argv);
	if (argc == 3 && !strcmp(argv[1], "exec"))
		return hostile_after_exec(argv[2]);
	if (argc == 5 && !strcmp(argv[1], "memory"))
		return hostile_memory_after_exec(argv + 2);
	if (argc < 2 || !ts_uuid(argv[1], uuid))
		return 2;
	if (ts_open(&c, uuid, 4096)) {
		perror("hostile_client: open");
		return 1;
	}
	every_command(c.fd);
	lengths(&c, TEE_IOC_OPEN_SESSION, sizeof(struct tee_ioctl_open_session_arg));
	lengths(&c, TEE_IOC_INVOKE, sizeof(struct tee_ioctl_invoke_arg));
	bodies(&c);
	memory(c.fd);
	sessions(&c);
	read_only(&c, uuid);
	hostile_memory(&c, kernel);
	hostile_descriptors(&c);
	hostile_threads(&c, uuid, kernel);
	memcpy(c.buf, "alive", 5);
	if (ts_call(&c, ECHO_ECHO, 5, &got) || got != 5 || memcmp(c.buf, "alive", 5)) {
		fprintf(stderr, "hostile_client: the device does not work any more (%s)\n",
			strerror(errno));
		bad = 1;
	}
	return bad | ts_close(&c);
}
