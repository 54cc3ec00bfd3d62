/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Non-volatile UEFI variables under SIGKILL: the SMM gateway and the PS SP run on a machine in a
 * child process, with records on disk. First the child is killed at every single place between the
 * writing and the renaming of a record, then at random moments. Afterwards each variable has what
 * was acknowledged, or what was being asked for, whole; and the list of names has those and no
 * other ones.
 * usage: test-killed-variables [KILLS]
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include "core/fault.h"
#include "real_spmc.h"
#include "sp/keep.h"

#define VARIABLES 12
#define DATA_BYTES_MAX 2000
#define ATTRIBUTES 7u /* non-volatile, boot services, runtime */
#define APPEND 0x40u
#define EFI_NOT_FOUND (1ull << 63 | 14)

/* What a variable holds: 0 = there is none; even ones, with bit 0 when something was appended. */
static struct ledger {
	uint64_t changes;
	struct {
		uint64_t acked, tried;
	} slot[VARIABLES];
} * ledger;
static char dir[64];
static uint64_t rng;
static uint8_t *carve_out;
static uint16_t gateway;
static void (*work)(void);
static uint64_t kill_at; /* passage of state.killed; 0 = none */

static uint64_t next_random(void)
{
	rng ^= rng << 13;
	rng ^= rng >> 7;
	rng ^= rng << 17;
	return rng;
}

/* ---- messages: MM header 24, variable header 16, then the payload ---- */
static void put(size_t at, uint64_t value, size_t bytes)
{
	memcpy(carve_out + at, &value, bytes);
}

static uint64_t get(size_t at)
{
	uint64_t value;

	memcpy(&value, carve_out + at, sizeof(value));
	return value;
}

static uint64_t send(uint64_t function, size_t payload)
{
	static const uint8_t service[16] = {0x33, 0xd5, 0x32, 0xed, 0xe6, 0x99, 0x09, 0x42,
					    0x9c, 0xc0, 0x2d, 0x72, 0xcd, 0xd9, 0x98, 0xa7};
	struct smc_regs r = {.x = {FFA_DIRECT_REQ_64, gateway, 0, 0}};

	memcpy(carve_out, service, sizeof(service));
	put(16, 16 + payload, 8);
	put(24, function, 8);
	put(32, ~0ull, 8);
	smc(&r);
	CHECK_EQ(r.x[0], FFA_DIRECT_RESP_64);
	CHECK_EQ(r.x[3], 0);
	return get(32);
}

/* Variable "a" to "l" of no vendor; where its data goes. */
static size_t access_to(unsigned v, uint32_t attributes, uint64_t size)
{
	memset(carve_out + 40, 0, 16);
	put(56, size, 8);
	put(64, 4, 8);
	put(72, attributes, 4);
	put(76, 'a' + v, 4);
	return 80;
}

static uint64_t set(unsigned v, uint32_t attributes, const uint8_t *data, size_t size)
{
	const size_t at = access_to(v, attributes, size);

	if (size)
		memcpy(carve_out + at, data, size);
	return send(3, at + size - 40);
}

/* ---- contents ---- */
static size_t first_part(unsigned v, uint64_t version)
{
	return 9 + (v * 131 + (version >> 1) % 1000 * 37) % 1500;
}

static size_t content(unsigned v, uint64_t version, uint8_t *data)
{
	const size_t len = version ? first_part(v, version) + (version & 1 ? 100 : 0) : 0;
	const uint64_t even = version & ~1ull;

	for (size_t i = 0; i < len; i++)
		data[i] = (uint8_t)(v + even / 2 * 7 + i * 13 + (i >> 8));
	if (len)
		memcpy(data, &even, sizeof(even));
	return len;
}

static bool holds(unsigned v, uint64_t version)
{
	uint8_t want[DATA_BYTES_MAX];
	const size_t len = content(v, version, want), at = access_to(v, 0, DATA_BYTES_MAX);
	const uint64_t status = send(1, at + DATA_BYTES_MAX - 40);

	if (!version)
		return status == EFI_NOT_FOUND;
	return !status && get(56) == len && !memcmp(carve_out + at, want, len);
}

/* GET_NEXT_VARIABLE_NAME from the beginning: those that are there, each once. */
static void check_names(void)
{
	uint32_t seen = 0, there = 0;

	for (unsigned v = 0; v < VARIABLES; v++)
		there |= (uint32_t)(ledger->slot[v].acked != 0) << v;
	memset(carve_out + 40, 0, 16);
	put(64, 0, 8);
	for (;;) {
		put(56, 64, 8); /* room */
		if (send(2, 24 + 64))
			break;
		CHECK(carve_out[64] >= 'a' && carve_out[64] < 'a' + VARIABLES);
		CHECK(!(seen >> (carve_out[64] - 'a') & 1));
		seen |= 1u << (carve_out[64] - 'a');
	}
	CHECK_EQ(get(32), EFI_NOT_FOUND);
	CHECK_EQ(seen, there);
}

static void look_at_all(void)
{
	for (unsigned v = 0; v < VARIABLES; v++) {
		const bool old = holds(v, ledger->slot[v].acked);

		CHECK(old || holds(v, ledger->slot[v].tried));
		if (!old)
			ledger->slot[v].acked = ledger->slot[v].tried;
		ledger->slot[v].tried = ledger->slot[v].acked;
	}
	check_names();
}

/* ---- changes ---- */
static void change(unsigned v, uint64_t version, uint32_t attributes, const uint8_t *data,
		   size_t size)
{
	*(volatile uint64_t *)&ledger->slot[v].tried = version;
	CHECK_EQ(set(v, attributes, data, size), 0);
	*(volatile uint64_t *)&ledger->slot[v].acked = version;
	ledger->changes++;
}

static void store(unsigned v, uint64_t version)
{
	uint8_t data[DATA_BYTES_MAX];

	change(v, version, ATTRIBUTES, data, content(v, version, data));
}

static void append(unsigned v)
{
	const uint64_t version = ledger->slot[v].acked;
	uint8_t data[DATA_BYTES_MAX];

	if (!version || version & 1)
		return;
	content(v, version | 1, data);
	change(v, version | 1, ATTRIBUTES | APPEND, data + first_part(v, version), 100);
}

static void drop(unsigned v)
{
	if (ledger->slot[v].acked)
		change(v, 0, ATTRIBUTES, NULL, 0);
}

static void every_kind(void)
{
	store(0, 2);
	store(1, 4);
	store(0, 6);
	append(1);
	drop(0);
	store(0, 8);
}

static void churn(void)
{
	for (;;) {
		const unsigned v = next_random() % VARIABLES;

		switch (next_random() % 4) {
		case 0:
			drop(v);
			break;
		case 1:
			append(v);
			break;
		default:
			store(v, (next_random() | 2) & ~1ull);
		}
	}
}

static void nothing(void) {}

/* ---- the child ---- */
static void body(void)
{
	create();
	add("ps", "ps", NULL, NULL, 0);
	add("smm_gateway", "smm_gateway", NULL, NULL, 0);
	boot();
	gateway = id_of("smm_gateway");
	carve_out = physmem_at(&mini.m->mem, pa_of(0x43ff8000), 8 * 4096);
	CHECK(carve_out);
	look_at_all();
	fault_reset_all();
	if (kill_at)
		fault_arm("state.killed", kill_at, 1, 0);
	work();
	look_at_all();
}

static void end(void)
{
	spmc_destroy(spmc);
}

/* @nth passage of state.killed ends it, 0 = none. */
static pid_t start(void (*what)(void), uint64_t nth)
{
	pid_t child;

	fflush(NULL);
	child = fork();
	if (child)
		return child;
	if (keep_open(dir))
		_exit(2);
	work = what;
	kill_at = nth;
	mini_end = end;
	mini_test(1, body);
	_exit(mini.failure[0] ? 1 : 0);
}

/* True: it was killed; false: it ended, and all was well. */
static bool was_killed(pid_t child)
{
	int how;

	if (waitpid(child, &how, 0) != child || (WIFEXITED(how) && WEXITSTATUS(how)) ||
	    (WIFSIGNALED(how) && WTERMSIG(how) != SIGKILL)) {
		fprintf(stderr, "test-killed-variables: %s kept in %s\n",
			"something acknowledged is lost, or a machine did not come up;", dir);
		exit(1);
	}
	return WIFSIGNALED(how);
}

static void at_every_place(void)
{
	uint64_t nth = 1;

	while (was_killed(start(every_kind, nth))) {
		was_killed(start(nothing, 0)); /* looks at what is left */
		nth++;
	}
	/* A new variable has two records, index and data; so has one that goes; others have one. */
	if (nth - 1 < 8) {
		fprintf(stderr, "only %u places to be killed at\n", (unsigned)nth - 1);
		exit(1);
	}
	printf("killed at %u places\n", (unsigned)nth - 1);
}

static bool alive(pid_t child)
{
	siginfo_t info = {0};

	return !waitid(P_PID, (id_t)child, &info, WEXITED | WNOHANG | WNOWAIT) && !info.si_pid;
}

static void at_random(unsigned kills)
{
	for (unsigned i = 0; i < kills; i++) {
		const uint64_t enough = ledger->changes + i * 7919 % 40;
		pid_t child;

		rng = i * 0x9e3779b97f4a7c15ull | 1;
		child = start(churn, 0);
		while (*(volatile uint64_t *)&ledger->changes <= enough && alive(child))
			usleep(500);
		usleep((useconds_t)(i * 7919 % 2000));
		kill(child, SIGKILL);
		was_killed(child);
	}
	was_killed(start(nothing, 0));
	printf("%u kills, %llu changes\n", kills, (unsigned long long)ledger->changes);
}

int main(int argc, char **argv)
{
	char command[100];
	const char *shm = access("/dev/shm", W_OK) ? "/tmp" : "/dev/shm";

	snprintf(dir, sizeof(dir), "%s/ffasim-variables-XXXXXX", shm);
	ledger = mmap(NULL, sizeof(*ledger), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		      0);
	if (ledger == MAP_FAILED || !mkdtemp(dir))
		return 1;
	at_every_place();
	at_random(argc > 1 ? (unsigned)strtoul(argv[1], NULL, 0) : 20);
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	return system(command) ? 1 : 0;
}
