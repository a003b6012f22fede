//! Memory for the static build: musl's own allocator has one lock for all threads and searches long for a place.
//!
//! Blocks have one of some sizes. Each thread keeps the free blocks of each size that it used last; what is too much for
//! it goes, many blocks at a time, to a list for all threads. Fresh blocks are cut from large pieces of the system's
//! allocator, which also serves what is too large for a size. Nothing is given back to the system but such large blocks.
#![allow(unsafe_code, reason = "an allocator hands out raw memory")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::ptr::{self, NonNull};
use std::sync::{Mutex, PoisonError};

/// The allocator of this build.
#[cfg(target_env = "musl")]
pub type Heap = Pools;
/// The allocator of this build.
#[cfg(not(target_env = "musl"))]
pub type Heap = System;

/// The allocator of this build.
#[cfg(target_env = "musl")]
pub const HEAP: Heap = Pools;
/// The allocator of this build.
#[cfg(not(target_env = "musl"))]
pub const HEAP: Heap = System;

/// Lists of free blocks, by size.
#[derive(Debug)]
pub struct Pools;

/// A free block; its first bytes hold this.
#[derive(Clone, Copy)]
struct Free {
    /// The next one of the same list.
    next: Option<NonNull<Free>>,
    /// Of the first block of a list, the next list.
    list: Option<NonNull<Free>>,
}

/// What a thread has at hand of one size.
struct Hand {
    first: Cell<Option<NonNull<Free>>>,
    count: Cell<usize>,
}

/// Lists that a thread had too many blocks for.
struct Shared(Mutex<Option<NonNull<Free>>>);

// SAFETY: the pointers are to free blocks, which no thread uses; the lock is held while they change hands.
unsafe impl Sync for Shared {}

/// Sizes are multiples of this, which is also the largest alignment served from lists.
const GRAIN: usize = 16;
/// Up to this size, in bytes, every multiple of the grain is a size.
const FINE: usize = 512;
/// The largest size, in bytes. Between, there are four sizes from each power of two to the next.
const LARGEST: usize = 256 << 10;
/// How many sizes there are.
const SIZES: usize = FINE / GRAIN + 4 * 9;
/// How much a thread keeps of one size, in bytes, and how many blocks at least.
const KEPT: usize = 64 << 10;
const KEPT_BLOCKS: usize = 4;
/// What is taken from the system at a time, in bytes.
const PIECE: usize = 1 << 20;

thread_local! {
    static HANDS: [Hand; SIZES] =
        const { [const { Hand { first: Cell::new(None), count: Cell::new(0) } }; SIZES] };
    /// The rest of the piece that blocks are cut from: its start and its end.
    static REST: Cell<(usize, usize)> = const { Cell::new((0, 0)) };
}

static SHARED: [Shared; SIZES] = [const { Shared(Mutex::new(None)) }; SIZES];

/// The index of the smallest size that fits; `None` if none does.
fn index_for(layout: Layout) -> Option<usize> {
    let size = layout.size().max(GRAIN);
    if layout.align() > GRAIN || size > LARGEST {
        return None;
    }
    if size <= FINE {
        return Some(size.div_ceil(GRAIN) - 1);
    }
    let power = (size - 1).ilog2();
    let quarter = (size - 1) >> (power - 2) & 3;
    usize::try_from(power - FINE.ilog2()).ok().map(|power| FINE / GRAIN + 4 * power + quarter)
}

/// The size of that index, in bytes.
fn size_of(index: usize) -> usize {
    match index.checked_sub(FINE / GRAIN) {
        None => (index + 1) * GRAIN,
        Some(above) => (FINE << (above / 4)) / 4 * (5 + above % 4),
    }
}

/// The blocks that a thread keeps of that size.
fn kept(index: usize) -> usize {
    (KEPT / size_of(index)).max(KEPT_BLOCKS)
}

impl Hand {
    fn pop(&self) -> Option<NonNull<Free>> {
        let first = self.first.get()?;
        // SAFETY: blocks of lists are free, so the thread that has the list may read what they hold.
        self.first.set(unsafe { first.read() }.next);
        self.count.set(self.count.get() - 1);
        Some(first)
    }

    /// Adds a block; hands the whole list over if it has become too long.
    fn push(&self, block: NonNull<Free>, index: usize) {
        if self.count.get() >= kept(index) {
            if let Some(first) = self.first.take() {
                SHARED[index].push(first);
            }
            self.count.set(0);
        }
        // SAFETY: the caller has freed the block, which is at least as large and as aligned as a `Free`.
        unsafe { block.write(Free { next: self.first.get(), list: None }) };
        self.first.set(Some(block));
        self.count.set(self.count.get() + 1);
    }

    /// Takes a list that another thread handed over, if there is one.
    fn refill(&self, index: usize) -> Option<NonNull<Free>> {
        self.first.set(Some(SHARED[index].pop()?));
        self.count.set(kept(index));
        self.pop()
    }
}

impl Shared {
    fn push(&self, first: NonNull<Free>) {
        let mut lists = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // SAFETY: the list is this thread's, and its first block is free.
        unsafe { (*first.as_ptr()).list = *lists };
        *lists = Some(first);
    }

    fn pop(&self) -> Option<NonNull<Free>> {
        let mut lists = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let first = (*lists)?;
        // SAFETY: blocks of lists are free, and the lock is held.
        *lists = unsafe { first.read() }.list;
        Some(first)
    }
}

/// Cuts a fresh block.
fn cut(size: usize) -> *mut u8 {
    let (mut start, mut end) = REST.get();
    if end - start < size {
        let Ok(piece) = Layout::from_size_align(PIECE, GRAIN) else { return ptr::null_mut() };
        // SAFETY: the size is not zero.
        let fresh = unsafe { System.alloc(piece) };
        if fresh.is_null() {
            return fresh;
        }
        start = fresh.expose_provenance();
        end = start + PIECE;
    }
    REST.set((start + size, end));
    ptr::with_exposed_provenance_mut(start)
}

// SAFETY: a block comes from one list, a fresh piece or the system, and is in no list while it is used. Its size is
// found again from the layout, which callers must give back as it was. No method unwinds: nothing here panics.
unsafe impl GlobalAlloc for Pools {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let Some(index) = index_for(layout) else {
            // SAFETY: the caller's layout.
            return unsafe { System.alloc(layout) };
        };
        HANDS.with(|hands| {
            let hand = &hands[index];
            let block = hand.pop().or_else(|| hand.refill(index));
            block.map_or_else(|| cut(size_of(index)), |block| block.as_ptr().cast())
        })
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        match (index_for(layout), NonNull::new(pointer.cast())) {
            (Some(index), Some(block)) => HANDS.with(|hands| hands[index].push(block, index)),
            // SAFETY: what no list serves is the system's.
            _ => unsafe { System.dealloc(pointer, layout) },
        }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        if index_for(layout).is_none() {
            // SAFETY: the caller's layout.
            return unsafe { System.alloc_zeroed(layout) };
        }
        // SAFETY: the caller's layout; what is not null has its size.
        unsafe {
            let block = self.alloc(layout);
            if !block.is_null() {
                block.write_bytes(0, layout.size());
            }
            block
        }
    }

    /// What no list serves grows as the system lets it grow: without being copied, so that it is not there twice.
    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        let Ok(new) = Layout::from_size_align(size, layout.align()) else { return ptr::null_mut() };
        if index_for(layout).is_none() && index_for(new).is_none() {
            // SAFETY: the block is the system's, the layout is its layout, and the size is one of a layout.
            return unsafe { System.realloc(pointer, layout, size) };
        }
        // SAFETY: the caller's block; the new one has that size, and no other block overlaps it.
        unsafe {
            let block = self.alloc(new);
            if !block.is_null() {
                block.copy_from_nonoverlapping(pointer, layout.size().min(size));
                self.dealloc(pointer, layout);
            }
            block
        }
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    #[test]
    fn every_size_fits_and_the_one_below_does_not() {
        for size in 1..=LARGEST {
            let index = index_for(Layout::from_size_align(size, 8).expect("a layout")).expect("a size");
            assert!(size_of(index) >= size, "{size}");
            assert!(index == 0 || size_of(index - 1) < size, "{size}");
            assert_eq!(size_of(index) % GRAIN, 0, "{size}");
        }
        assert_eq!(size_of(SIZES - 1), LARGEST);
        for (size, align) in [(LARGEST + 1, 1), (16, 32)] {
            assert_eq!(index_for(Layout::from_size_align(size, align).expect("a layout")), None);
        }
    }

    /// Fills blocks, frees them on another thread, and finds each as it was filled.
    #[test]
    fn blocks_do_not_overlap_and_move_between_threads() {
        let sizes = (0..6000_usize).map(|number| 1 + number * 7919 % 3000 * (1 + number % 40));
        let fill = |layouts: Vec<Layout>| -> Vec<(usize, Layout, u8)> {
            (0..=u8::MAX)
                .cycle()
                .zip(layouts)
                .map(|(mark, layout)| {
                    // SAFETY: the size is not zero, and the block has it.
                    let block = unsafe { Pools.alloc(layout) };
                    assert!(!block.is_null() && block.addr().is_multiple_of(layout.align()));
                    // SAFETY: as above.
                    unsafe { block.write_bytes(mark, layout.size()) };
                    (block.expose_provenance(), layout, mark)
                })
                .collect()
        };
        let layouts: Vec<_> = sizes.map(|size| Layout::from_size_align(size, 8).expect("a layout")).collect();
        for _ in 0..4 {
            let blocks = fill(layouts.clone());
            let check = move || {
                for (address, layout, mark) in blocks {
                    let block: *mut u8 = ptr::with_exposed_provenance_mut(address);
                    // SAFETY: the block was made with that layout, and nothing else knows it.
                    let bytes = unsafe { std::slice::from_raw_parts(block, layout.size()) };
                    assert!(bytes.iter().all(|&byte| byte == mark), "{layout:?}");
                    // SAFETY: as above.
                    unsafe { Pools.dealloc(block, layout) };
                }
            };
            thread::spawn(check).join().expect("no block was overwritten");
        }
    }

    #[test]
    fn blocks_that_grow_and_shrink_keep_what_they_hold() {
        let sizes = [16, 40, 3000, LARGEST, LARGEST + 1, 3 << 20, 1 << 20, LARGEST, 17];
        let layout = |size| Layout::from_size_align(size, 8).expect("a layout");
        // SAFETY: the size is not zero.
        let mut block = unsafe { Pools.alloc(layout(sizes[0])) };
        for pair in sizes.windows(2) {
            // SAFETY: the block has the first size; the second one is not zero.
            block = unsafe {
                block.write_bytes(7, pair[0]);
                Pools.realloc(block, layout(pair[0]), pair[1])
            };
            assert!(!block.is_null());
            // SAFETY: so many bytes were written to the block.
            let bytes = unsafe { std::slice::from_raw_parts(block, pair[0].min(pair[1])) };
            assert!(bytes.iter().all(|&byte| byte == 7), "{pair:?}");
        }
        // SAFETY: the block has the last size.
        unsafe { Pools.dealloc(block, layout(sizes[8])) };
    }
}
