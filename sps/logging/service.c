/* SPDX-License-Identifier: BSD-3-Clause */
/* The one opcode of logging.h. */
#include "logging.h"

#include "services.h"

static void flush(struct ts_host *host, struct logging *log)
{
	log->line[log->used] = 0;
	ffasim_sp_log(host->l.sp, "%s", log->line);
	log->used = 0;
}

static void put_char(struct ts_host *host, struct logging *log, uint8_t c)
{
	if (c == '\n' || log->used == LOGGING_LINE_CHARS)
		flush(host, log);
	if (c != '\n')
		log->line[log->used++] = (char)(c < ' ' || c == 0x7f ? '?' : c);
}

/*
 * The text ends at its first NUL; one that has none is ended by force. What is malformed gets a
 * number of the old list of RPC statuses, which reads as INVALID_STATE (1.5). A length of 0, which
 * leaves no room for the NUL, counts as malformed (inferred).
 */
static int32_t on_puts(struct ts_call *call)
{
	struct logging *log = call->state;
	struct ts_span text;
	uint64_t len;

	if (!ts_get_u64(&call->in, &len) || !len || len > ts_left(&call->in) ||
	    !ts_get_bytes(&call->in, (size_t)len, &text))
		return RPC_ERROR_INVALID_STATE;
	for (size_t i = 0; i < text.len - 1 && text.data[i]; i++)
		put_char(call->host, log, text.data[i]);
	return ts_done(call, LOG_OK);
}

static const struct ts_op ops[] = {{LOG_PUTS, 0, on_puts, "puts", 1000, 10000}};

const struct ts_service logging_service = {
	.name = "logging",
	.uuid = LOGGING_UUID,
	.ops = ops,
	.op_count = sizeof(ops) / sizeof(ops[0]),
};
