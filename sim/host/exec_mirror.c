/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Memory of the client's own that it registered with TEE_IOC_SHM_REGISTER. It is private to a
 * process of the host, so the simulated process has pages of its own for it, which are registered
 * in its place: what a call's memory references name is fetched from the client before the call,
 * and what the secure world changed is put there after it, byte for byte. Of a supplicant the same,
 * when it receives a request and when it answers.
 *
 * Not modelled: what either side writes while the other is at it shows only at those moments;
 * memory that the client unmaps meanwhile is no longer followed.
 */
#include <errno.h>
#include <linux/tee.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/uio.h>

#include "host/exec.h"

#define PAGE 4096u
#define USER_END 0x7ffffffff000u /* of an x86-64 process */
#define RUNS_MAX 64

/* Whether all of [@from, @to) may be read and written: so the driver's pinning wants it. */
static bool writable(pid_t pid, uint64_t from, uint64_t to)
{
	char path[40], line[512];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/maps", (int)pid);
	f = fopen(path, "re");
	while (f && from < to && fgets(line, sizeof(line), f)) {
		unsigned long start, end;
		char may[5];

		if (sscanf(line, "%lx-%lx %4s", &start, &end, may) != 3 || end <= from)
			continue;
		if (start > from || may[0] != 'r' || may[1] != 'w')
			break;
		from = end;
	}
	if (f)
		fclose(f);
	return from >= to;
}

/* --- the two copies --------------------------------------------------------------------------- */
/* By whom the memory is reached: the process's first thread may be gone. */
static pid_t reach(const struct exec_mirror *m, const struct exec_thread *t)
{
	return !m->process || m->lost ? 0 : t->process == m->process ? t->tid : m->process->pid;
}

static size_t run_of(const struct exec_mirror *m, size_t at, size_t end)
{
	size_t n = 0;

	while (at + n < end && m->at[at + n] != m->last[at + n])
		n++;
	return n;
}

/* What changed here since the last time goes to the client, and nothing else. */
static void put(struct exec_mirror *m, pid_t tid, size_t from, size_t end)
{
	struct iovec here[RUNS_MAX], there[RUNS_MAX];
	size_t runs = 0;

	if (!tid || !memcmp(m->at + from, m->last + from, end - from))
		return;
	for (size_t at = from, n; at < end; at += n ? n : 1) {
		n = run_of(m, at, end);
		if (n) {
			here[runs] = (struct iovec){m->last + at, n};
			there[runs++] = (struct iovec){(void *)(uintptr_t)(m->client_addr + at), n};
			memcpy(m->last + at, m->at + at, n);
		}
		if (runs == RUNS_MAX || (runs && at + (n ? n : 1) >= end)) {
			process_vm_writev(tid, here, runs, there, runs, 0);
			runs = 0;
		}
	}
}

static bool fetch(struct exec_mirror *m, pid_t tid, size_t from, size_t end)
{
	put(m, tid, from, end); /* of another thread's call */
	if (!tid || !notify_read(tid, m->client_addr + from, m->last + from, end - from)) {
		memcpy(m->last + from, m->at + from, end - from);
		return false;
	}
	memcpy(m->at + from, m->last + from, end - from);
	return true;
}

/* --- which memory ----------------------------------------------------------------------------- */
static struct exec_mirror *find(struct exec *x, const struct exec_file *device, int id)
{
	for (struct exec_file *f = x->files; f; f = f->next)
		if (f->mirror && f->mirror->device == device && f->mirror->id == id)
			return f->mirror;
	return NULL;
}

/* The part of the pages that a memory reference means; false = the driver will refuse it. */
static bool part_of(const struct exec_mirror *m, const struct tee_ioctl_param *p, size_t *from,
		    size_t *end)
{
	if (p->a > m->length || p->b > m->length - p->a)
		return false;
	*from = m->offset + p->a;
	*end = *from + p->b;
	return true;
}

static bool is_memref(const struct tee_ioctl_param *p)
{
	const uint64_t type = p->attr & TEE_IOCTL_PARAM_ATTR_TYPE_MASK;

	return type >= TEE_IOCTL_PARAM_ATTR_TYPE_MEMREF_INPUT &&
	       type <= TEE_IOCTL_PARAM_ATTR_TYPE_MEMREF_INOUT;
}

void exec_mirror_fetch(struct exec_thread *t, const struct exec_file *device,
		       const struct tee_ioctl_param *param, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct exec_mirror *m =
			is_memref(&param[i]) ? find(t->process->x, device, (int)param[i].c) : NULL;
		size_t from, end;

		if (m && part_of(m, &param[i], &from, &end))
			fetch(m, reach(m, t), from, end);
	}
}

void exec_mirror_put(struct exec_thread *t, const struct exec_file *device,
		     const struct tee_ioctl_param *param, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct exec_mirror *m =
			is_memref(&param[i]) ? find(t->process->x, device, (int)param[i].c) : NULL;

		/* A size that comes back says what was used, not what was written. */
		if (m)
			put(m, reach(m, t), m->offset, m->offset + m->length);
	}
}

/* --- register --------------------------------------------------------------------------------- */
void exec_mirror_free(struct exec_mirror *m)
{
	if (m)
		free(m->last);
	free(m);
}

/* Pages for [@addr, @addr + @length) of @t's process, with what is there. NULL = no memory */
static struct exec_mirror *mirror_new(struct exec_thread *t, uint64_t addr, uint64_t length)
{
	struct exec_mirror *m = calloc(1, sizeof(*m));
	const uint64_t offset = addr % PAGE;
	const size_t bytes = (offset + length + PAGE - 1) / PAGE * PAGE;

	if (!m)
		return NULL;
	*m = (struct exec_mirror){.process = t->process,
				  .client_addr = addr - offset,
				  .offset = offset,
				  .length = length,
				  .last = malloc(bytes),
				  .addr = kuser_alloc(bytes)};
	m->at = m->addr ? kuser_ptr(m->addr, bytes) : NULL;
	if (m->at && m->last) {
		memcpy(m->last, m->at, bytes); /* nothing changed here yet */
		if (fetch(m, t->tid, 0, bytes))
			return m;
	}
	if (m->addr)
		kuser_free(m->addr);
	exec_mirror_free(m);
	return NULL;
}

/* A range that is none, or that cannot be had: the driver's own checks answer, in their order. */
static uint64_t stand_in(const struct exec_thread *t,
			 const struct tee_ioctl_shm_register_data *data)
{
	const uint64_t end = data->addr + data->length;

	if (end < data->addr || end > USER_END)
		return UINT64_MAX; /* of no user */
	if (data->flags || !data->length)
		return t->arg_addr;
	return writable(t->process->pid, data->addr, end) ? 0 : EXEC_UNMAPPED;
}

int64_t exec_mirror_register(struct exec_thread *t, struct exec_file *device, int fd)
{
	struct tee_ioctl_shm_register_data *data = (void *)t->arg;
	const uint64_t addr = data->addr;
	struct exec_mirror *m = NULL;
	int64_t ret, there;

	data->addr = stand_in(t, data);
	if (!data->addr) {
		m = mirror_new(t, addr, data->length);
		if (!m)
			return -ENOMEM;
		data->addr = m->addr + m->offset;
	}
	ret = ksys_ioctl(fd, TEE_IOC_SHM_REGISTER, t->arg_addr);
	data->addr = addr;
	there = ret < 0 ? ret : -EINVAL;
	if (ret >= 0 && m) {
		m->device = device;
		m->id = data->id;
		there = notify_write(t->call.tid, t->call.arg[2], data, sizeof(*data))
				? exec_file_give(t, (int)ret, "tee-shm", false, NULL, 0)
				: -EFAULT;
	}
	if (there >= 0) {
		t->process->x->files->mirror = m; /* the newest */
		return there;
	}
	if (ret >= 0)
		ksys_close((int)ret);
	if (m)
		kuser_free(m->addr);
	exec_mirror_free(m);
	return there;
}

/* --- ends ------------------------------------------------------------------------------------- */
void exec_mirror_forget(struct exec *x, const struct exec_file *device)
{
	for (struct exec_file *f = x->files; f; f = f->next)
		if (f->mirror && f->mirror->device == device)
			f->mirror->device = NULL;
}

void exec_mirror_lost(struct exec_process *p, bool process_ends)
{
	for (struct exec_file *f = p->x->files; f; f = f->next) {
		if (!f->mirror || f->mirror->process != p)
			continue;
		f->mirror->lost = true;
		if (process_ends)
			f->mirror->process = NULL;
	}
}
