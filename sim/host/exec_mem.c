/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The copies of a call's arguments and results. The usual way, process_vm_readv() and its like,
 * finds the process and asks who may do that each time. A descriptor of /proc/PID/mem was asked
 * when it was opened; so a process that calls often gets one, kept until it ends.
 *
 * What is read and written by it need not be allowed to the process itself, and it stays with the
 * memory it was opened for. So it serves for pages only which the usual way has reached before for
 * the same, and of which the filter in notify.c has told nothing since: calls come in that take
 * access away, put something else there, or execute another program. As with descriptors
 * (exec_fds.c), nothing is remembered until the thread that did it is back with its next call.
 * A first thread only: its number is the process's, another's may be that of a new one.
 *
 * And it serves for what such a thread has on its stack, as most clients do: nothing comes there
 * but what the program puts there by its address. So whoever maps and protects memory elsewhere,
 * for a new thread or a library, need not wait for us, nor see the EINTR of a call that waits.
 *
 * Not modelled: calls by the tables of 32-bit and x32 programs, which the filter lets through; a
 * program whose addresses are so used up that Linux maps below its stack.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "host/exec.h"
#include "host/process.h"

#define PAGE 4096u
#define OPEN_AFTER 8	      /* copies: opening costs as much as they save; then at 16, 32, ... */
#define MEMS_MAX 64	      /* of all processes */
#define STACK_MAX (64u << 20) /* Linux maps nothing by itself 128 MiB below its end */
#define LOOK_EVERY 16	      /* calls, while somebody's change may not have happened yet */

enum { READ = 1, WRITE = 2 };

/* --- what is known of pages ------------------------------------------------------------------- */
static uint64_t *place_of(struct exec_process *p, uint64_t page)
{
	return &p->mem.page[page / PAGE % EXEC_PAGES];
}

/* Whether all of [@addr, @addr + @len_bytes) lies in pages that were reached for @what. */
static bool reached(struct exec_process *p, uint64_t addr, size_t len_bytes, unsigned what)
{
	const uint64_t last = (addr + len_bytes - 1) / PAGE * PAGE;

	for (uint64_t page = addr / PAGE * PAGE;; page += PAGE) {
		const uint64_t known = *place_of(p, page);

		if (known / PAGE * PAGE != page || !(known & what))
			return false;
		if (page == last)
			return true;
	}
}

static void learn(struct exec_process *p, uint64_t addr, size_t len_bytes, unsigned what)
{
	const uint64_t last = (addr + len_bytes - 1) / PAGE * PAGE;

	for (uint64_t page = addr / PAGE * PAGE;; page += PAGE) {
		uint64_t *at = place_of(p, page);

		*at = (*at / PAGE * PAGE == page ? *at : page) | what;
		if (page == last)
			return;
	}
}

static bool on_stack(const struct exec_process *p, uint64_t addr, size_t len_bytes)
{
	return addr >= NOTIFY_STACKS && addr >= p->mem.stack - STACK_MAX &&
	       addr + len_bytes <= p->mem.stack;
}

static void forget(struct exec_process *p)
{
	memset(p->mem.page, 0, sizeof(p->mem.page));
}

/* --- descriptors ------------------------------------------------------------------------------ */
void exec_mem_end(struct exec_process *p)
{
	if (p->mem.fd >= 0) {
		close(p->mem.fd);
		p->x->mems--;
	}
	p->mem.fd = -1;
	p->mem.copies = 0;
	p->mem.refused = false;
	forget(p);
}

static bool is_gone(pid_t tid)
{
	return kill(tid, 0) && errno == ESRCH;
}

/* Nobody tells of processes that end while others of the same program go on. */
static bool room(struct exec *x)
{
	for (struct exec_process *p = x->processes; p && x->mems == MEMS_MAX; p = p->next)
		if (p->mem.fd >= 0 && is_gone(p->pid))
			exec_mem_end(p);
	return x->mems < MEMS_MAX;
}

/* Where it may not be opened, the usual way stays. */
static void open_mem(struct exec_process *p)
{
	char path[32];

	if (!room(p->x))
		return;
	snprintf(path, sizeof(path), "/proc/%d/mem", (int)p->pid);
	p->mem.fd = open(path, O_RDWR | O_CLOEXEC);
	p->x->mems += p->mem.fd >= 0;
	p->mem.refused = p->mem.fd < 0;
	p->mem.stack = process_stack(p->pid);
}

/* --- copies ----------------------------------------------------------------------------------- */
static bool may_keep(const struct exec_thread *t, size_t len_bytes)
{
	const struct exec_client *c = t->process->client;

	return c->notify.tells_changes && !c->changing_count && !c->changes_lost && len_bytes &&
	       len_bytes <= PAGE && t->tid == t->process->pid;
}

/* A copy went the usual way. */
static void went(struct exec_thread *t, uint64_t addr, size_t len_bytes, unsigned what)
{
	struct exec_process *p = t->process;

	if (!may_keep(t, len_bytes))
		return;
	if (p->mem.fd >= 0) {
		if (on_stack(p, addr, len_bytes))
			learn(p, addr, len_bytes, what);
	} else if (!p->mem.refused && addr >= NOTIFY_STACKS && ++p->mem.copies >= OPEN_AFTER &&
		   !(p->mem.copies & (p->mem.copies - 1))) {
		open_mem(p);
	}
}

static bool by_descriptor(struct exec_thread *t, uint64_t addr, size_t len_bytes, unsigned what)
{
	return t->process->mem.fd >= 0 && may_keep(t, len_bytes) &&
	       reached(t->process, addr, len_bytes, what);
}

bool exec_read(struct exec_thread *t, uint64_t addr, void *buf, size_t len_bytes)
{
	if (by_descriptor(t, addr, len_bytes, READ)) {
		if (pread(t->process->mem.fd, buf, len_bytes, (off_t)addr) == (ssize_t)len_bytes)
			return true;
		exec_mem_end(t->process); /* of memory that is no more */
	}
	if (!notify_read(t->call.tid, addr, buf, len_bytes))
		return false;
	went(t, addr, len_bytes, READ);
	return true;
}

bool exec_write(struct exec_thread *t, uint64_t addr, const void *buf, size_t len_bytes)
{
	if (by_descriptor(t, addr, len_bytes, WRITE)) {
		if (pwrite(t->process->mem.fd, buf, len_bytes, (off_t)addr) == (ssize_t)len_bytes)
			return true;
		exec_mem_end(t->process);
	}
	if (!notify_write(t->call.tid, addr, buf, len_bytes))
		return false;
	went(t, addr, len_bytes, WRITE);
	return true;
}

/* --- changes ---------------------------------------------------------------------------------- */
static bool executes(const struct notify_call *call)
{
	return call->nr == SYS_execve || call->nr == SYS_execveat;
}

/* Which come in for the sake of this only. */
static bool only_memory(const struct notify_call *call)
{
	return call->nr == SYS_mprotect || call->nr == SYS_pkey_mprotect ||
	       call->nr == SYS_mremap ||
	       (call->nr == SYS_mmap && (uint32_t)call->arg[4] >= NOTIFY_FDS);
}

static bool takes_access(const struct notify_call *call)
{
	return executes(call) || call->nr == SYS_mprotect || call->nr == SYS_pkey_mprotect ||
	       call->nr == SYS_mremap ||
	       (call->nr == SYS_mmap && notify_names_stacks(call) &&
		(call->arg[2] & (PROT_READ | PROT_WRITE)) != (PROT_READ | PROT_WRITE));
}

/* Who is back with a call has done it, and, if they are looked for, whoever is gone. */
static void changed(struct exec_client *c, pid_t back, bool look)
{
	for (unsigned i = 0; i < c->changing_count;)
		if (c->changing[i] == back || (look && is_gone(c->changing[i])))
			c->changing[i] = c->changing[--c->changing_count];
		else
			i++;
}

bool exec_mem_watch(struct exec_client *c, const struct notify_call *call)
{
	if (!c->notify.tells_changes)
		return false;
	changed(c, call->tid, c->x->calls % LOOK_EVERY == 0);
	if (!takes_access(call))
		return false;
	/* Of all: another process may have the same memory. */
	for (struct exec_process *p = c->x->processes; p; p = p->next) {
		if (p->client != c)
			continue;
		forget(p);
		if (executes(call))
			exec_mem_end(p);
	}
	if (c->changing_count == EXEC_CHANGING)
		changed(c, call->tid, true);
	if (c->changing_count == EXEC_CHANGING)
		c->changes_lost = true;
	else
		c->changing[c->changing_count++] = call->tid;
	return only_memory(call);
}
