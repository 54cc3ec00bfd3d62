/* SPDX-License-Identifier: BSD-3-Clause */
/* The logging service, row by row of trusted-services.md 3.8, and its client in the boot sequence
 * (5.2 steps 4 to 6, 5.5). */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "logging.h"
#include "mini_spmc.h"
#include "ts_direct.h"

#define NWD 0x0000

static char uart[4096]; /* what went out */
static struct logging state;

void __wrap_ffasim_sp_log(struct ffasim_sp *sp, const char *fmt, ...);
void __wrap_ffasim_sp_log(struct ffasim_sp *sp, const char *fmt, ...)
{
	const size_t used = strlen(uart);
	va_list args;

	va_start(args, fmt);
	vsnprintf(uart + used, sizeof(uart) - used, fmt, args);
	va_end(args);
	strcat(uart, "|");
}

static int fresh(void **unused)
{
	uart[0] = 0;
	return direct_start(&logging_service, &state, sizeof(state));
}

/* @len as stated, @text as sent. */
static int32_t puts_of(uint64_t len, const void *text, size_t bytes)
{
	struct ts_writer w = direct_request();

	ts_put_u64(&w, len);
	ts_put_bytes(&w, text, bytes);
	return direct_call(NWD, LOG_PUTS, w.used, DIRECT_BYTES);
}

static void lines(void **unused)
{
	assert_int_equal(puts_of(7, "hello\n", 7), RPC_SUCCESS);
	assert_int_equal(direct.status, 0);
	assert_int_equal(direct.answered, 0);
	assert_string_equal(uart, "hello|");
	assert_int_equal(puts_of(9, "one\ntwo\n", 9), RPC_SUCCESS);
	assert_string_equal(uart, "hello|one|two|");
	assert_int_equal(puts_of(3, "a\0b\n", 4), RPC_SUCCESS); /* ends at its NUL */
	assert_int_equal(puts_of(2, "\n", 2), RPC_SUCCESS);
	assert_string_equal(uart, "hello|one|two|a|");
}

/* The last byte is taken for the NUL, whatever it is. */
static void termination_is_forced(void **unused)
{
	assert_int_equal(puts_of(3, "ab\n", 3), RPC_SUCCESS);
	assert_string_equal(uart, "");
	assert_int_equal(puts_of(3, "c\n\n", 3), RPC_SUCCESS);
	assert_string_equal(uart, "abc|");
	assert_int_equal(puts_of(1, "x", 1), RPC_SUCCESS);
	assert_string_equal(uart, "abc|");
}

/* The old list's -4 (1.5). */
static void malformed(void **unused)
{
	assert_int_equal(direct_call(NWD, LOG_PUTS, 7, DIRECT_BYTES), RPC_ERROR_INVALID_STATE);
	assert_int_equal(puts_of(0, "", 1), RPC_ERROR_INVALID_STATE);
	assert_int_equal(puts_of(8, "hello\n", 7), RPC_ERROR_INVALID_STATE);
	assert_int_equal(puts_of(~0ull, "hello\n", 7), RPC_ERROR_INVALID_STATE);
	assert_int_equal(puts_of(~0ull - 7, "hello\n", 7), RPC_ERROR_INVALID_STATE);
	assert_string_equal(uart, "");
	assert_int_equal(direct_call(NWD, 0x100, 0, DIRECT_BYTES), RPC_ERROR_INVALID_VALUE);
	assert_int_equal(direct_call(NWD, 0x102, 0, DIRECT_BYTES), RPC_ERROR_INVALID_VALUE);
	assert_true(direct_noise(LOG_PUTS, 2000) > 1000);
}

static void terminal_is_not_steered(void **unused)
{
	assert_int_equal(puts_of(7, "\33[2Jx\n", 7), RPC_SUCCESS);
	assert_string_equal(uart, "?[2Jx|");
}

static void long_lines_are_split(void **unused)
{
	char text[LOGGING_LINE_CHARS * 2 + 3];

	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 2] = '\n';
	assert_int_equal(puts_of(sizeof(text), text, sizeof(text)), RPC_SUCCESS);
	assert_int_equal(strlen(uart), sizeof(text) - 2 + 3);
	assert_int_equal(uart[LOGGING_LINE_CHARS], '|');
	assert_int_equal(uart[2 * LOGGING_LINE_CHARS + 1], '|');
}

/* ---- the client ---- */
static const uint32_t boot_calls[] = {
	FFA_FEATURES,		FFA_RXTX_MAP_64,   FFA_ID_GET,	     /* 1 to 3 */
	FFA_PARTITION_INFO_GET, FFA_RX_RELEASE,			     /* 4, 5 */
	FFA_DIRECT_REQ_32,	FFA_DIRECT_REQ_32, FFA_MEM_SHARE_32, /* 6 */
	FFA_DIRECT_REQ_32,
};

/* The relay of pair finds no echo SP, and says so to the logging SP instead of the console. */
static void body_client(void)
{
	struct mini_sp *logging = mini_add("logging", NULL, 0);
	struct mini_sp *pair = mini_add_image("tests/unit/sps/pair.sp.so", "pair", NULL, 0);
	const char *line;

	mini_boot(logging);
	for (unsigned i = 0; i < logging->svc_count; i++)
		CHECK(logging->svc[i] != FFA_PARTITION_INFO_GET);
	pe_timer_set(pe_self(), pe_self()->now_ns + 50000000);
	mini_boot(pair);
	for (unsigned i = 0; i < sizeof(boot_calls) / sizeof(boot_calls[0]); i++)
		CHECK_EQ(pair->svc[i], boot_calls[i]);
	for (unsigned i = 0; i < pair->svc_count; i++)
		CHECK(pair->svc[i] != FFA_CONSOLE_LOG_64);
	CHECK(!mini.console_len);
	CHECK(mini.share[0].live && mini.share[0].pages == 1);
	line = physmem_at(&mini.m->mem, mini.share[0].pa, 4096);
	CHECK(!strcmp(line + 8, "E/PAIR: SP is not viable: relay\n"));
}

static void client(void **unused)
{
	mini_test(1, body_client);
}

/* A logging SP that takes no session: the SP stays on the console. */
static void body_refused(void)
{
	struct mini_sp *logging = mini_add("logging", NULL, 0);
	struct mini_sp *pair = mini_add_image("tests/unit/sps/pair.sp.so", "pair", NULL, 0);

	mini_boot(logging);
	mini.refuse_retrieve = true; /* the buffer of the session */
	pe_timer_set(pe_self(), pe_self()->now_ns + 50000000);
	mini_boot(pair);
	CHECK(strstr(mini.console, "E/PAIR: SP is not viable: relay\n"));
}

/* A logging SP that died later: what it does not take goes to the console. */
static void body_lost(void)
{
	struct mini_sp *logging = mini_add("logging", NULL, 0);
	struct mini_sp *echo = mini_add("echo", NULL, 0);
	struct mini_sp *pair = mini_add_image("tests/unit/sps/pair.sp.so", "pair", NULL, 0);
	const uint32_t say[5] = {0x10008, -1u, -1u};
	struct smc_regs r;

	mini_boot(logging);
	mini_boot(echo);
	mini_boot(pair);
	mini_request(pair, say, &r);
	CHECK_EQ(r.x[4], 0);
	CHECK(!mini.console_len);
	logging->state = MINI_DEAD;
	mini_request(pair, say, &r);
	CHECK_EQ(r.x[4], 0);
	CHECK(strstr(mini.console, "E/PAIR: said\n"));
}

static void lost(void **unused)
{
	mini_test(1, body_lost);
}

static void refused(void **unused)
{
	mini_test(1, body_refused);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(lines, fresh),
		cmocka_unit_test_setup(termination_is_forced, fresh),
		cmocka_unit_test_setup(malformed, fresh),
		cmocka_unit_test_setup(terminal_is_not_steered, fresh),
		cmocka_unit_test_setup(long_lines_are_split, fresh),
		cmocka_unit_test(client),
		cmocka_unit_test(refused),
		cmocka_unit_test(lost),
	};

	return cmocka_run_group_tests_name("sps/logging", tests, NULL, NULL);
}
