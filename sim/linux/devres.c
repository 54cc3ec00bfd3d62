/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Managed resources: a list of release functions on the device, run in reverse order when a probe
 * fails, when the driver lets go of the device, or when the device goes. Not modelled: groups.
 */
#include <linux/device.h>
#include <linux/interrupt.h>
#include <linux/kernel.h>
#include "linux/kdev_internal.h"
#include "linux/kobject_internal.h"

#define CALLER __builtin_return_address(0)

struct kdevres {
	struct kdevres *next; /* the one added before */
	void (*release)(void *data);
	void *data; /* memory, or the user's own */
	unsigned int irq;
	bool memory, is_irq;
};

/* Records are the kernel's; what a driver asked for counts as its own, with its line. */
static struct kdevres *add(struct device *dev)
{
	struct kdevres *r = kinternal_alloc(sizeof(*r));

	if (!r)
		return NULL;
	memset(r, 0, sizeof(*r));
	r->next = dev->kdevres;
	dev->kdevres = r;
	return r;
}

static void run(struct kdevres *r)
{
	if (r->is_irq)
		free_irq(r->irq, r->data);
	else if (r->memory)
		kfree(r->data);
	else
		r->release(r->data);
	kinternal_free(r);
}

void kdevres_release_all(struct device *dev)
{
	while (dev->kdevres) {
		struct kdevres *r = dev->kdevres;

		dev->kdevres = r->next;
		run(r);
	}
}

/* A product that does not fit comes as SIZE_MAX (size_mul), and no allocator has that. */
static void *alloc_at(struct device *dev, size_t size, gfp_t gfp, const void *site)
{
	void *p = kmalloc_at(size, gfp, site);
	struct kdevres *r = p ? add(dev) : NULL;

	if (!r) {
		kfree(p);
		return NULL;
	}
	r->memory = true;
	r->data = p;
	return p;
}

void *devm_kmalloc(struct device *dev, size_t size, gfp_t gfp)
{
	return alloc_at(dev, size, gfp, CALLER);
}

void *devm_kzalloc(struct device *dev, size_t size, gfp_t gfp)
{
	return alloc_at(dev, size, gfp | __GFP_ZERO, CALLER);
}

void *devm_kmalloc_array(struct device *dev, size_t n, size_t size, gfp_t gfp)
{
	return alloc_at(dev, size_mul(n, size), gfp, CALLER);
}

void *devm_kcalloc(struct device *dev, size_t n, size_t size, gfp_t gfp)
{
	return alloc_at(dev, size_mul(n, size), gfp | __GFP_ZERO, CALLER);
}

void *devm_kmemdup(struct device *dev, const void *src, size_t len, gfp_t gfp)
{
	void *p = alloc_at(dev, len, gfp, CALLER);

	return p ? memcpy(p, src, len) : NULL;
}

char *devm_kstrdup(struct device *dev, const char *s, gfp_t gfp)
{
	char *p = s ? alloc_at(dev, strlen(s) + 1, gfp, CALLER) : NULL;

	return p ? strcpy(p, s) : NULL;
}

char *devm_kasprintf(struct device *dev, gfp_t gfp, const char *fmt, ...)
{
	char *text;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	text = alloc_at(dev, (size_t)n + 1, gfp, CALLER);
	if (!text)
		return NULL;
	va_start(ap, fmt);
	vsnprintf(text, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return text;
}

static struct kdevres *take(struct device *dev, void (*release)(void *), const void *data)
{
	for (struct kdevres **at = &dev->kdevres; *at; at = &(*at)->next) {
		struct kdevres *r = *at;

		if (r->data == data && r->release == release && !r->is_irq) {
			*at = r->next;
			return r;
		}
	}
	return NULL;
}

void devm_kfree(struct device *dev, const void *p)
{
	struct kdevres *r = p ? take(dev, NULL, p) : NULL;

	if (!WARN_ON(p && !r) && r)
		run(r);
}

/* An allocation like the driver's others: it may fail. */
static int add_action(struct device *dev, void (*action)(void *), void *data, const void *site)
{
	void *probe = kmalloc_at(sizeof(struct kdevres), GFP_KERNEL, site);
	struct kdevres *r = probe ? add(dev) : NULL;

	kfree(probe);
	if (!r)
		return -ENOMEM;
	r->release = action;
	r->data = data;
	return 0;
}

int devm_add_action(struct device *dev, void (*action)(void *), void *data)
{
	return add_action(dev, action, data, CALLER);
}

int devm_add_action_or_reset(struct device *dev, void (*action)(void *), void *data)
{
	int err = add_action(dev, action, data, CALLER);

	if (err)
		action(data);
	return err;
}

void devm_remove_action(struct device *dev, void (*action)(void *), void *data)
{
	struct kdevres *r = take(dev, action, data);

	if (!WARN_ON(!r))
		kinternal_free(r);
}

void devm_release_action(struct device *dev, void (*action)(void *), void *data)
{
	struct kdevres *r = take(dev, action, data);

	if (!WARN_ON(!r))
		run(r);
}

int devm_request_threaded_irq(struct device *dev, unsigned int irq, irq_handler_t handler,
			      irq_handler_t thread_fn, unsigned long flags, const char *name,
			      void *dev_id)
{
	struct kdevres *r = add(dev);
	int err;

	if (!r)
		return -ENOMEM;
	err = request_threaded_irq(irq, handler, thread_fn, flags, name ? name : dev_name(dev),
				   dev_id);
	if (err) {
		dev->kdevres = r->next;
		kinternal_free(r);
		return err;
	}
	r->is_irq = true;
	r->irq = irq;
	r->data = dev_id;
	return 0;
}
