/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Arguments in memory that is not what it was at the calls before: protected, mapped anew, moved,
 * of another program. The kernel's copies look at each call anew (linux-tee.md 1.5), so each must
 * fail or see its own bytes, and what may not be written stays as it is.
 */
#include "hostile.h"

#include <dirent.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>

#define PAGE 4096
#define OFTEN 24 /* whatever may be remembered of a place is by then */
#define THREADS 4
#define CHILDREN 70
#define KEPT 64
#define HIGH 200 /* a descriptor's number */

#define MIB 0x100000ul
#define STRIKE_US 200
#define STRUCK 300
#define LOW ((void *)0x200000000000)

/* Where nothing else lies, in this program and in the one that it executes when neither is put
 * somewhere at random: in the room of the first thread's stack, deeper than it may grow. */
static void *place(void)
{
	return (void *)(((uintptr_t)__builtin_frame_address(0) & ~(MIB - 1)) - 32 * MIB);
}

void hostile_memory_begin(char *const argv[])
{
	const int now = personality(0xffffffff);

	if (now >= 0 && !(now & ADDR_NO_RANDOMIZE) && personality(now | ADDR_NO_RANDOMIZE) >= 0)
		execv("/proc/self/exe", argv);
}

static pid_t server; /* who answers our calls */

struct call {
	struct tee_ioctl_buf_data head;
	struct tee_ioctl_invoke_arg arg;
	struct tee_ioctl_param param;
};

static void fill(struct call *at, const struct ts_client *c, size_t len_bytes)
{
	*at = (struct call){{(uintptr_t)&at->arg, sizeof(at->arg) + sizeof(at->param)},
			    {.func = ECHO_ECHO, .session = c->session, .num_params = 1},
			    {.attr = TEE_IOCTL_PARAM_ATTR_TYPE_VALUE_INOUT,
			     .a = (uint64_t)c->shm_id,
			     .b = len_bytes}};
}

/* 0 = each call took its own bytes and got its own answer. */
static int calls_at(struct call *at, const struct ts_client *c, unsigned first)
{
	for (unsigned i = first; i < first + OFTEN; i++) {
		fill(at, c, i);
		if (ioctl(c->fd, TEE_IOC_INVOKE, &at->head))
			return -1;
		errno = EBADMSG;
		if (at->arg.ret || at->param.a != i)
			return -1;
	}
	return 0;
}

/* A place that was often used, with the next call in it. */
static struct call *used(const struct ts_client *c)
{
	struct call *at = mmap(place(), PAGE, PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);

	expect("calls at a place", at == place() ? calls_at(at, c, 1) : -1, 0);
	fill(at, c, 77);
	return at;
}

/* The place was made one that cannot be written, or not even read. */
static void refused(const char *what, struct call *at, const struct ts_client *c)
{
	expect(what, ioctl(c->fd, TEE_IOC_INVOKE, &at->head), EFAULT);
	mprotect(at, PAGE, PROT_READ);
	errno = EBADMSG;
	expect(what, at->param.a == (uint64_t)c->shm_id && at->param.b == 77 ? 0 : -1, 0);
	mprotect(at, PAGE, PROT_READ | PROT_WRITE);
	expect(what, calls_at(at, c, 100), 0);
}

static void protections(const struct ts_client *c)
{
	struct call *at = used(c);

	mprotect(at, PAGE, PROT_READ);
	refused("mprotect: read-only", at, c);
	fill(at, c, 77);
	mprotect(at, PAGE, PROT_NONE);
	refused("mprotect: nothing", at, c);
	fill(at, c, 77);
	if (!syscall(SYS_pkey_mprotect, at, PAGE, PROT_READ, -1))
		refused("pkey_mprotect", at, c);
}

/* The same bytes in a file, whose descriptor is @fd. */
static int file_of(const struct call *at, int fd)
{
	const int low = memfd_create("call", 0);
	int got;

	expect("memfd", pwrite(low, at, PAGE, 0) == PAGE ? 0 : -1, 0);
	got = fd < 0 ? low : dup2(low, fd);
	if (got != low)
		close(low);
	return got;
}

static void mappings(const struct ts_client *c)
{
	for (int fd = -1; fd <= HIGH; fd += HIGH + 1) {
		struct call *at = used(c);
		const int file = file_of(at, fd);

		mmap(at, PAGE, PROT_READ, MAP_PRIVATE | MAP_FIXED, file, 0);
		close(file);
		refused(fd < 0 ? "a file mapped over it" : "a file of a high number", at, c);
	}
	expect("memory of no file, with a descriptor of the device",
	       mmap(place(), PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED,
		    c->fd, 0) == place()
		       ? 0
		       : -1,
	       0);
}

static void moved(const struct ts_client *c)
{
	struct call *at = used(c);
	const int file = file_of(at, -1);
	void *p = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, file, 0);

	close(file);
	expect("calls", calls_at(at, c, 30), 0);
	mremap(p, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, at);
	refused("mremap over it", at, c);
	at = used(c);
	munmap(at, PAGE);
	expect("munmap", ioctl(c->fd, TEE_IOC_INVOKE, &at->head), EFAULT);
	used(c);
}

/* A file where nothing was left: the place is a wish too. */
static void mapped_by_wish(const struct ts_client *c)
{
	for (int fd = -1; fd <= HIGH; fd += HIGH + 1) {
		struct call *at = used(c);
		const int file = file_of(at, fd);

		munmap(at, PAGE);
		if (mmap(at, PAGE, PROT_READ, MAP_PRIVATE, file, 0) == at)
			refused("a file mapped where it was", at, c);
		close(file);
	}
}

/* The kernel chooses where it goes: the place is a wish. */
static void moved_by_wish(const struct ts_client *c)
{
	struct call *at = used(c);
	void *p = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	memcpy(p, at, PAGE);
	mprotect(p, PAGE, PROT_READ);
	expect("calls", calls_at(at, c, 30), 0);
	munmap(at, PAGE);
	if (mremap(p, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_DONTUNMAP, at) == at)
		refused("mremap to where it was", at, c);
	munmap(p, PAGE);
}

/* Where no stack is: at a place of our choice and at one of the kernel's, which is the next one's
 * too once it is free. */
static void elsewhere(const struct ts_client *c, void *wish)
{
	struct call *at =
		mmap(wish, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int file;

	expect("calls elsewhere", calls_at(at, c, 1), 0);
	fill(at, c, 77);
	file = file_of(at, HIGH);
	mprotect(at, PAGE, PROT_READ);
	refused("read-only elsewhere", at, c);
	fill(at, c, 77);
	mprotect(at, PAGE, PROT_NONE);
	refused("nothing elsewhere", at, c);
	munmap(at, PAGE);
	if (mmap(wish, PAGE, PROT_READ, MAP_PRIVATE, file, 0) == at)
		refused("a file elsewhere", at, c);
	close(file);
	munmap(at, PAGE);
}

static void struck(int sig) {}

static void *idle_main(void *arg)
{
	return NULL;
}

/* Threads and protections of no concern are not interrupted by signals that nobody restarts. */
static void undisturbed(void)
{
	const struct sigaction strike = {.sa_handler = struck};
	struct itimerval every = {{0, STRIKE_US}, {0, STRIKE_US}};
	struct sigaction before;
	unsigned bad = 0;

	sigaction(SIGALRM, &strike, &before);
	setitimer(ITIMER_REAL, &every, NULL);
	for (unsigned i = 0; i < STRUCK; i++) {
		void *p =
			mmap(LOW, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		pthread_attr_t attr; /* of a size that no thread had: its stack is a new one */
		pthread_t t;

		pthread_attr_init(&attr);
		pthread_attr_setstacksize(&attr, MIB + i * 16 * PAGE);
		if (pthread_create(&t, &attr, idle_main, NULL))
			bad++;
		else
			pthread_join(t, NULL);
		bad += mprotect(p, PAGE, PROT_READ) != 0;
		munmap(p, PAGE);
	}
	every = (struct itimerval){{0, 0}, {0, 0}};
	setitimer(ITIMER_REAL, &every, NULL);
	sigaction(SIGALRM, &before, NULL);
	errno = EINTR;
	expect("threads and protections under signals", bad ? -1 : 0, 0);
}

static void attached(const struct ts_client *c)
{
	struct call *at = used(c), *p;
	const int id = shmget(IPC_PRIVATE, PAGE, IPC_CREAT | 0600);

	if (id < 0)
		return; /* not on every host */
	p = shmat(id, NULL, 0);
	memcpy(p, at, PAGE);
	shmdt(p);
	expect("calls", calls_at(at, c, 30), 0);
	p = shmat(id, at, SHM_RDONLY | SHM_REMAP);
	shmctl(id, IPC_RMID, NULL);
	if (p != at)
		return;
	expect("shmat", ioctl(c->fd, TEE_IOC_INVOKE, &at->head), EFAULT);
	errno = EBADMSG;
	expect("shmat: read", at->param.b == 77 ? 0 : -1, 0);
	shmdt(p);
}

/* --- by others -------------------------------------------------------------------------------- */
static void *protect_main(void *at)
{
	mprotect(at, PAGE, PROT_READ);
	return NULL;
}

static void by_others(const struct ts_client *c)
{
	struct call *at = used(c), other;
	pthread_t t;
	pid_t child;

	pthread_create(&t, NULL, protect_main, at);
	pthread_join(t, NULL);
	expect("calls elsewhere", calls_at(&other, c, 1), 0);
	refused("a thread's mprotect", at, c);
	fill(at, c, 77);
	child = vfork();
	if (!child) {
		syscall(SYS_mprotect, at, PAGE, PROT_READ);
		_exit(0);
	}
	waitpid(child, NULL, 0);
	expect("calls elsewhere", calls_at(&other, c, 1), 0);
	refused("the mprotect of a process with the same memory", at, c);
}

struct caller {
	const struct ts_client *c;
	unsigned first;
	int bad;
};

static void *caller_main(void *arg)
{
	struct caller *who = arg;
	struct call mine;

	for (int i = 0; i < 4 && !who->bad; i++)
		who->bad = calls_at(&mine, who->c, who->first) && errno != EBUSY ? errno : 0;
	return NULL;
}

static void by_threads(const struct ts_client *c)
{
	struct caller who[THREADS];
	pthread_t t[THREADS];

	for (unsigned i = 0; i < THREADS; i++) {
		who[i] = (struct caller){c, 100 * (i + 1), 0};
		pthread_create(&t[i], NULL, caller_main, &who[i]);
	}
	for (unsigned i = 0; i < THREADS; i++) {
		pthread_join(t[i], NULL);
		errno = who[i].bad;
		expect("a thread's bytes", who[i].bad ? -1 : 0, 0);
	}
}

/* --- of other processes and programs ---------------------------------------------------------- */
static void ended(const char *what, pid_t child)
{
	int status = 0;

	errno = ECHILD;
	expect(what, child > 0 && waitpid(child, &status, 0) == child && !status ? 0 : -1, 0);
}

/* The same address in two processes. */
static void in_children(const struct ts_client *c)
{
	struct call *at = used(c);
	pid_t child = fork();

	if (!child)
		_exit(calls_at(at, c, 500) != 0);
	ended("a child's bytes", child);
	errno = EBADMSG;
	expect("the parent's bytes", at->param.b == 77 ? 0 : -1, 0);
	expect("calls after the child", calls_at(at, c, 100), 0);
}

struct stranger {
	const struct ts_client *c;
	struct call *at;
	char number[4][12];
};

static int stranger_main(void *arg)
{
	struct stranger *s = arg;

	if (calls_at(s->at, s->c, 300))
		return 1;
	execl("/proc/self/exe", "hostile_client", "memory", s->number[0], s->number[1],
	      s->number[2], NULL);
	return 2;
}

/* A process that shares the memory makes calls, then executes a program that makes calls at the
 * same address: its number is the same, its memory is not. */
static void after_exec(const struct ts_client *c, int flags)
{
	static uint8_t stack[64 * 1024] __attribute__((aligned(16)));
	struct stranger s = {.c = c, .at = used(c)};
	pid_t child;

	snprintf(s.number[0], sizeof(s.number[0]), "%d", c->fd);
	snprintf(s.number[1], sizeof(s.number[1]), "%u", c->session);
	snprintf(s.number[2], sizeof(s.number[2]), "%d", c->shm_id);
	child = clone(stranger_main, stack + sizeof(stack), flags | SIGCHLD, &s);
	if (child > 0 && flags & CLONE_VM)
		while (!kill(child, 0) && s.at->param.b != 300 + OFTEN - 1)
			sched_yield();
	ended(flags & CLONE_VM ? "a program of a process with our memory" : "a child's program",
	      child);
	errno = EBADMSG;
	expect("what it left", s.at->param.b == (flags & CLONE_VM ? 300 + OFTEN - 1 : 77) ? 0 : -1,
	       0);
}

int hostile_memory_after_exec(char *const argv[])
{
	const struct ts_client c = {
		.fd = atoi(argv[0]), .session = (uint32_t)atoi(argv[1]), .shm_id = atoi(argv[2])};
	struct call *at = mmap(place(), PAGE, PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);

	return at != place() || calls_at(at, &c, 700) || calls_at(at, &c, 800);
}

/* Whether who serves us reaches our memory by a descriptor: where it may, it does, and once; and
 * it keeps no more of them than it says. */
static int reached(void)
{
	const int mine = open("/proc/self/mem", O_RDWR | O_CLOEXEC);
	char dir[32], want[32], name[300], got[64];
	unsigned ours = 0, all = 0;
	DIR *d;

	snprintf(dir, sizeof(dir), "/proc/%d/fd", (int)server);
	snprintf(want, sizeof(want), "/proc/%d/mem", (int)getpid());
	d = mine < 0 ? NULL : opendir(dir);
	for (struct dirent *e; d && (e = readdir(d));) {
		ssize_t n;

		snprintf(name, sizeof(name), "%s/%s", dir, e->d_name);
		n = readlink(name, got, sizeof(got) - 1);
		got[n > 0 ? n : 0] = 0;
		ours += !strcmp(got, want);
		all += n > 4 && !strcmp(got + n - 4, "/mem");
	}
	if (d)
		closedir(d);
	close(mine);
	errno = EBADMSG;
	return !d || (ours == 1 && all <= KEPT) ? 0 : -1;
}

/* More than descriptors are kept for: of those that are gone none is needed. */
static void many_children(const struct ts_client *c, struct call *at, bool kernel)
{
	for (int i = 0; i < CHILDREN; i++) {
		const pid_t child = fork();

		if (!child)
			_exit(calls_at(at, c, 1) || (kernel && reached()));
		ended("one of many children", child);
	}
}

void hostile_memory(const struct ts_client *c, bool kernel)
{
	struct call *at;

	protections(c);
	mappings(c);
	moved(c);
	moved_by_wish(c);
	mapped_by_wish(c);
	elsewhere(c, LOW);
	elsewhere(c, NULL);
	undisturbed();
	attached(c);
	by_others(c);
	by_threads(c);
	in_children(c);
	after_exec(c, 0);
	after_exec(c, CLONE_VM);
	at = used(c);
	server = getppid();
	if (kernel)
		expect("a descriptor of our memory", reached(), 0);
	many_children(c, at, kernel);
	expect("calls after the children", calls_at(at, c, 1), 0);
	munmap(at, PAGE);
}
