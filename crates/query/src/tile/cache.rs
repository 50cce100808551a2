//! Tiles that were drawn, kept until a publication changes them.

use std::{
    collections::HashMap,
    fmt::Write as _,
    io::Write as _,
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use domain::{collection::Collection, plan::palette::Palette, time::ChangeNumber};
use flate2::{Compression, write::GzEncoder};
use sha2::{Digest, Sha256};

use super::{Place, changes::Changes, draw};
use crate::Snapshot;

/// Most bytes that are kept: a town of sixty thousand lots at the zooms that people look at is some forty megabytes, and
/// the service has to fit beside a database on a small machine.
const KEPT_BYTES_MAX: usize = 64 << 20;

/// What a tile without anything in it costs, and any other besides its bytes.
const ENTRY_BYTES: usize = 256;

/// Which tile is wanted.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Wanted {
    /// The layers on it, from the lowest to the highest.
    pub collections: Arc<[Collection]>,
    /// Where.
    pub place: Place,
}

/// A tile that was drawn.
#[derive(Debug)]
pub struct Tile {
    bytes: Vec<u8>,
    digest: String,
    packed: OnceLock<Vec<u8>>,
}

impl Tile {
    /// From its bytes.
    pub fn new(bytes: Vec<u8>) -> Self {
        let mut digest = String::with_capacity(32);
        for byte in Sha256::digest(&bytes).iter().take(16) {
            let _ = write!(digest, "{byte:02x}");
        }
        Self {
            bytes,
            digest,
            packed: OnceLock::new(),
        }
    }

    /// Whether nothing is on it.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// As Mapbox Vector Tile.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The same, packed by gzip: once, and then kept.
    pub fn packed(&self) -> &[u8] {
        self.packed.get_or_init(|| {
            let mut packer = GzEncoder::new(Vec::new(), Compression::new(5));
            // Nothing fails that is written into memory.
            let _ = packer.write_all(&self.bytes);
            packer.finish().unwrap_or_default()
        })
    }

    /// A digest of its bytes.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// What it takes to keep it. Packed, a tile is about half its size.
    fn weight(&self) -> usize {
        ENTRY_BYTES + self.bytes.len() + self.bytes.len() / 2
    }
}

/// How a cache was used.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Counts {
    /// Tiles that were there already.
    pub kept: u64,
    /// Tiles that were drawn.
    pub drawn: u64,
    /// Tiles that a publication changed.
    pub dropped: u64,
}

/// Tiles of the snapshot that answers now. A publication drops those that it changed; all others stay.
pub struct Cache {
    shelf: Mutex<Shelf>,
    bytes_max: usize,
    kept: AtomicU64,
    drawn: AtomicU64,
    dropped: AtomicU64,
}

#[derive(Default)]
struct Shelf {
    /// The change that the tiles belong to.
    change: ChangeNumber,
    slots: HashMap<Wanted, Arc<Slot>>,
    bytes: usize,
    clock: u64,
}

/// The place of a tile. Who asks for one that is being drawn waits for it here.
#[derive(Default)]
struct Slot {
    tile: OnceLock<Arc<Tile>>,
    used: AtomicU64,
}

impl Default for Cache {
    fn default() -> Self {
        Self::new(KEPT_BYTES_MAX)
    }
}

impl Cache {
    /// An empty one that keeps at most so many bytes.
    pub fn new(bytes_max: usize) -> Self {
        Self {
            shelf: Mutex::default(),
            bytes_max,
            kept: AtomicU64::new(0),
            drawn: AtomicU64::new(0),
            dropped: AtomicU64::new(0),
        }
    }

    /// How it was used so far.
    pub fn counts(&self) -> Counts {
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        Counts {
            kept: read(&self.kept),
            drawn: read(&self.drawn),
            dropped: read(&self.dropped),
        }
    }

    /// A tile of a snapshot, if it is there.
    pub fn kept(&self, snapshot: &Snapshot, wanted: &Wanted) -> Option<Arc<Tile>> {
        let mut shelf = self.shelf();
        if shelf.change != snapshot.change {
            return None;
        }
        let slot = shelf.slots.get(wanted)?;
        let tile = slot.tile.get().cloned()?;
        let slot = Arc::clone(slot);
        shelf.touch(&slot);
        self.kept.fetch_add(1, Ordering::Relaxed);
        Some(tile)
    }

    /// A tile of a snapshot; drawn, unless it is there or somebody else is drawing it, who is then waited for.
    pub fn tile(&self, snapshot: &Snapshot, wanted: &Wanted, palette: &Palette) -> Arc<Tile> {
        if let Some(tile) = self.kept(snapshot, wanted) {
            return tile;
        }
        let Some(slot) = self.slot(snapshot, wanted) else {
            // A publication came between: what was asked of the land before it is not kept.
            return Arc::new(self.make(snapshot, wanted, palette));
        };
        let tile = slot
            .tile
            .get_or_init(|| Arc::new(self.make(snapshot, wanted, palette)));
        self.weigh(wanted, &slot, tile);
        Arc::clone(tile)
    }

    fn make(&self, snapshot: &Snapshot, wanted: &Wanted, palette: &Palette) -> Tile {
        self.drawn.fetch_add(1, Ordering::Relaxed);
        let place = wanted.place;
        if let [collection] = &*wanted.collections {
            return Tile::new(draw(snapshot, collection, place, palette));
        }
        // Tiles that follow each other are one tile. Each layer is kept for itself too: it may stay when another changes.
        let layers = wanted.collections.iter().map(|collection| Wanted {
            collections: [collection.clone()].into(),
            place,
        });
        let mut bytes = Vec::new();
        for layer in layers {
            bytes.extend_from_slice(self.tile(snapshot, &layer, palette).bytes());
        }
        Tile::new(bytes)
    }

    fn slot(&self, snapshot: &Snapshot, wanted: &Wanted) -> Option<Arc<Slot>> {
        let mut shelf = self.shelf();
        if shelf.change != snapshot.change {
            return None;
        }
        let slot = Arc::clone(shelf.slots.entry(wanted.clone()).or_default());
        shelf.touch(&slot);
        Some(slot)
    }

    /// Counts the bytes of a tile that has just been drawn, and lets go of those that nobody asked for longest.
    fn weigh(&self, wanted: &Wanted, slot: &Arc<Slot>, tile: &Tile) {
        let mut shelf = self.shelf();
        let is_there = shelf
            .slots
            .get(wanted)
            .is_some_and(|there| Arc::ptr_eq(there, slot));
        // The bit says that it has been counted: several may have waited for it.
        if !is_there || slot.used.fetch_or(COUNTED, Ordering::Relaxed) & COUNTED != 0 {
            return;
        }
        shelf.bytes += tile.weight();
        if shelf.bytes > self.bytes_max {
            shelf.let_go(self.bytes_max / 4 * 3);
        }
    }

    /// Goes on from one snapshot to the next: drops the tiles that differ in it.
    pub fn advance(&self, old: &Snapshot, new: &Snapshot) {
        let changes = Changes::between(old, new);
        let mut shelf = self.shelf();
        shelf.change = new.change;
        if changes.is_empty() {
            return;
        }
        let before = shelf.slots.len();
        shelf.slots.retain(|wanted, _| {
            !wanted
                .collections
                .iter()
                .any(|collection| changes.touch(collection, wanted.place))
        });
        let dropped = before - shelf.slots.len();
        self.dropped.fetch_add(dropped as u64, Ordering::Relaxed);
        shelf.weigh_all();
    }

    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        // Nothing is left half done under the lock.
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Marks a slot whose bytes are counted; the other bits are when it was used last.
const COUNTED: u64 = 1 << 63;

impl Slot {
    fn weight(&self) -> usize {
        let is_counted = self.used.load(Ordering::Relaxed) & COUNTED != 0;
        let tile = self.tile.get().filter(|_| is_counted);
        tile.map_or(0, |tile| tile.weight())
    }
}

impl Shelf {
    fn touch(&mut self, slot: &Slot) {
        self.clock += 1;
        let counted = slot.used.load(Ordering::Relaxed) & COUNTED;
        slot.used.store(counted | self.clock, Ordering::Relaxed);
    }

    fn weigh_all(&mut self) {
        self.bytes = self.slots.values().map(|slot| slot.weight()).sum();
    }

    fn let_go(&mut self, bytes: usize) {
        let mut oldest: Vec<(u64, Wanted)> = self
            .slots
            .iter()
            .filter(|(_, slot)| slot.weight() > 0)
            .map(|(wanted, slot)| (slot.used.load(Ordering::Relaxed) & !COUNTED, wanted.clone()))
            .collect();
        oldest.sort_unstable_by_key(|(used, _)| *used);
        for (_, wanted) in oldest {
            if self.bytes <= bytes {
                break;
            }
            if let Some(slot) = self.slots.remove(&wanted) {
                self.bytes -= slot.weight();
            }
        }
    }
}
