/* SPDX-License-Identifier: BSD-3-Clause */
/* The update agent of fwu.h: its states, and streams to and from it. */
#include "fwu.h"

#include <string.h>

static const char *const state_name[] = {"regular", "staging", "trial pending", "trial"};

#define IN(state) (1u << (state))

static void enter(struct fwu *f, enum fwu_state state)
{
	/* The real SP traces at level DEBUG by default (5.5). */
	if (f->host->l.sp)
		libsp_trace_at(&f->host->l, 'D', "agent: %s -> %s", state_name[f->state],
			       state_name[state]);
	f->state = state;
}

static bool may(const struct fwu *f, unsigned states)
{
	return states >> f->state & 1;
}

/* The bank that is not running. */
static unsigned update_bank(const struct fwu *f)
{
	return (f->boot_index + 1) % FWU_BANKS;
}

static bool all_accepted(const struct fwu *f, unsigned bank)
{
	for (unsigned i = 0; i < FWU_IMAGES; i++)
		if (!f->meta.accepted[bank][i])
			return false;
	return true;
}

void fwu_boot(struct fwu *f, struct ts_host *host)
{
	f->host = host;
	fwu_load(f);
	f->boot_index = f->meta.active;
	if (host->l.sp)
		f->boot_index =
			(uint32_t)ffasim_sp_option_u64(host->l.sp, "boot_index", f->meta.active) %
			FWU_BANKS;
	if (f->boot_index != f->meta.active)
		f->state = FWU_TRIAL_PENDING;
	else
		f->state = all_accepted(f, f->meta.active) ? FWU_REGULAR : FWU_TRIAL;
}

static void drop_install_streams(struct fwu *f)
{
	for (unsigned i = 0; i < FWU_STREAMS; i++)
		if (f->stream[i].object < FWU_IMAGES)
			f->stream[i].used = false;
}

/* From here on the bank is no choice for a boot loader, until fwu_end(). */
int32_t fwu_begin(struct fwu *f, unsigned images)
{
	const unsigned bank = update_bank(f);

	if (!may(f, IN(FWU_REGULAR) | IN(FWU_STAGING)))
		return FWU_DENIED;
	drop_install_streams(f);
	f->meta.bank_state[bank] = FWU_BANK_INVALID;
	for (unsigned i = 0; i < FWU_IMAGES; i++)
		f->meta.accepted[bank][i] = false;
	if (fwu_save_metadata(f))
		return FWU_UNKNOWN;
	f->staged = images;
	f->written = 0;
	enter(f, FWU_STAGING);
	return FWU_SUCCESS;
}

int32_t fwu_end(struct fwu *f)
{
	const unsigned bank = update_bank(f), running = f->boot_index;
	const struct fwu_metadata before = f->meta;

	if (!may(f, IN(FWU_STAGING)))
		return FWU_DENIED;
	for (unsigned i = 0; i < FWU_STREAMS; i++)
		if (f->stream[i].used && f->stream[i].object < FWU_IMAGES)
			return FWU_BUSY;
	for (unsigned i = 0; i < FWU_IMAGES; i++) {
		if (f->written >> i & 1)
			continue;
		memcpy(&f->image[bank][i], &f->image[running][i], sizeof(f->image[bank][i]));
		f->meta.accepted[bank][i] = f->meta.accepted[running][i];
		if (fwu_save_image(f, bank, i))
			goto failed;
	}
	f->meta.bank_state[bank] = all_accepted(f, bank) ? FWU_BANK_ACCEPTED : FWU_BANK_VALID;
	f->meta.active = bank;
	f->meta.previous = running;
	if (fwu_save_metadata(f))
		goto failed;
	enter(f, FWU_TRIAL_PENDING);
	return FWU_SUCCESS;
failed:
	f->meta = before;
	return FWU_UNKNOWN;
}

int32_t fwu_cancel(struct fwu *f)
{
	if (!may(f, IN(FWU_STAGING) | IN(FWU_TRIAL_PENDING)))
		return FWU_DENIED;
	drop_install_streams(f);
	f->meta.active = f->boot_index;
	f->meta.previous = f->boot_index;
	f->meta.bank_state[update_bank(f)] = FWU_BANK_INVALID;
	if (fwu_save_metadata(f))
		return FWU_UNKNOWN;
	enter(f, all_accepted(f, f->boot_index) ? FWU_REGULAR : FWU_TRIAL);
	return FWU_SUCCESS;
}

int32_t fwu_accept(struct fwu *f, unsigned image)
{
	const unsigned bank = f->boot_index;

	if (!may(f, IN(FWU_TRIAL)))
		return FWU_DENIED;
	f->meta.accepted[bank][image] = true;
	if (all_accepted(f, bank))
		f->meta.bank_state[bank] = FWU_BANK_ACCEPTED;
	if (fwu_save_metadata(f))
		return FWU_UNKNOWN;
	if (all_accepted(f, bank))
		enter(f, FWU_REGULAR);
	return FWU_SUCCESS;
}

/* The bank in trial is given up; the previous one is booted next. */
int32_t fwu_select_previous(struct fwu *f)
{
	if (!may(f, IN(FWU_TRIAL)))
		return FWU_DENIED;
	if (f->meta.bank_state[f->meta.previous] == FWU_BANK_INVALID)
		return FWU_DENIED;
	f->meta.active = f->meta.previous;
	f->meta.previous = f->boot_index;
	if (fwu_save_metadata(f))
		return FWU_UNKNOWN;
	enter(f, FWU_TRIAL_PENDING);
	return FWU_SUCCESS;
}

/* ---- streams ---- */
static struct fwu_stream *stream_of(struct fwu *f, uint32_t handle)
{
	const unsigned i = handle & 0xffff;

	if (i >= FWU_STREAMS || !f->stream[i].used || f->stream[i].count != handle >> 16)
		return NULL;
	return &f->stream[i];
}

static int32_t finish(struct fwu *f, struct fwu_stream *s, bool accepted)
{
	const unsigned bank = update_bank(f);

	s->used = false;
	if (s->object >= FWU_IMAGES)
		return FWU_SUCCESS;
	f->image[bank][s->object].bytes = s->at;
	if (fwu_save_image(f, bank, s->object))
		return FWU_UNKNOWN;
	f->written |= 1u << s->object;
	f->meta.accepted[bank][s->object] = accepted;
	return FWU_SUCCESS;
}

/* A pool that is full gives up the stream opened longest ago; what it installed counts as committed
 * and not accepted. */
static struct fwu_stream *take(struct fwu *f)
{
	struct fwu_stream *oldest = &f->stream[0];

	for (unsigned i = 0; i < FWU_STREAMS; i++) {
		if (!f->stream[i].used)
			return &f->stream[i];
		if (f->stream[i].opened < oldest->opened)
			oldest = &f->stream[i];
	}
	finish(f, oldest, false);
	return oldest;
}

int32_t fwu_open(struct fwu *f, unsigned object, bool write, uint32_t *handle)
{
	struct fwu_stream *s;

	if (write != (object < FWU_IMAGES))
		return FWU_DENIED;
	if (write && (!may(f, IN(FWU_STAGING)) || !(f->staged >> object & 1)))
		return FWU_DENIED;
	s = take(f);
	f->streams_opened++;
	*s = (struct fwu_stream){.used = true,
				 .count = (uint16_t)f->streams_opened,
				 .opened = f->streams_opened,
				 .object = object};
	*handle = (uint32_t)s->count << 16 | (uint32_t)(s - f->stream);
	return FWU_SUCCESS;
}

int32_t fwu_write(struct fwu *f, uint32_t handle, struct ts_span data)
{
	struct fwu_stream *s = stream_of(f, handle);

	if (!s)
		return FWU_UNKNOWN;
	if (s->object >= FWU_IMAGES)
		return FWU_DENIED;
	if (data.len > FWU_IMAGE_BYTES - s->at)
		return FWU_OUT_OF_BOUNDS;
	if (data.len)
		memcpy(f->image[update_bank(f)][s->object].data + s->at, data.data, data.len);
	s->at += (uint32_t)data.len;
	return FWU_SUCCESS;
}

int32_t fwu_read(struct fwu *f, uint32_t handle, uint8_t *out, uint32_t *len, uint32_t *total)
{
	struct fwu_stream *s = stream_of(f, handle);
	uint8_t bytes[FWU_METADATA_BYTES > FWU_DIRECTORY_BYTES ? FWU_METADATA_BYTES
							       : FWU_DIRECTORY_BYTES];

	if (!s)
		return FWU_UNKNOWN;
	if (s->object < FWU_IMAGES)
		return FWU_DENIED;
	if (s->object == FWU_OBJECT_DIRECTORY) {
		fwu_directory_encode(f, bytes);
		*total = FWU_DIRECTORY_BYTES;
	} else {
		fwu_metadata_encode(&f->meta, bytes);
		*total = FWU_METADATA_BYTES;
	}
	if (*len > *total - s->at)
		*len = *total - s->at;
	if (*len)
		memcpy(out, bytes + s->at, *len);
	s->at += *len;
	return FWU_SUCCESS;
}

int32_t fwu_commit(struct fwu *f, uint32_t handle, bool accepted)
{
	struct fwu_stream *s = stream_of(f, handle);

	return s ? finish(f, s, accepted) : FWU_UNKNOWN;
}
