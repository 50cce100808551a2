//! A town of lots, a script of operations, and the comparison that must tell them again.

use geo_types::{Coord, MultiPolygon, Polygon};
use proptest::prelude::*;

use super::*;

#[derive(Clone, Debug)]
struct Drawn {
    code: String,
    shape: MultiPolygon<f64>,
    use_: u8,
}

fn lot(code: String, x: f64, y: f64, width: f64, depth: f64) -> Drawn {
    let (x, y) = (280_000.0 + x, 9_330_000.0 + y);
    let ring = vec![
        Coord { x, y },
        Coord { x: x + width, y },
        Coord {
            x: x + width,
            y: y + depth,
        },
        Coord { x, y: y + depth },
        Coord { x, y },
    ];
    Drawn {
        code,
        shape: MultiPolygon(vec![Polygon::new(ring.into(), Vec::new())]),
        use_: 0,
    }
}

/// Blocks of two rows of lots that share their borders, a street of ten metres between blocks.
fn town(blocks: usize, lots: usize) -> Vec<Drawn> {
    let mut town = Vec::new();
    for block in 0..blocks {
        for number in 0..lots {
            let (column, row) = (number / 2, number % 2);
            town.push(lot(
                format!("22010101{:03}{:03}", block + 1, number + 1),
                column as f64 * 9.0,
                block as f64 * 50.0 + row as f64 * 20.0,
                9.0,
                20.0,
            ));
        }
    }
    town
}

fn parcels(side: &[Drawn]) -> Vec<Lot<'_>> {
    side.iter()
        .map(|lot| Lot {
            row: 0,
            code: &lot.code,
            shape: &lot.shape,
            declared_area_m2: None,
        })
        .collect()
}

fn told(new: &[Drawn], old: &[Drawn], whole: Whole) -> (Vec<String>, u64) {
    let found = compare(
        &parcels(new),
        &parcels(old),
        |n, o| new[n].shape == old[o].shape && new[n].use_ == old[o].use_,
        |n, o| new[n].use_ == old[o].use_,
        whole,
    );
    let mut lines: Vec<String> = found
        .changes
        .iter()
        .map(|c| {
            let codes = |side: &[Drawn], at: &[usize]| -> String {
                at.iter()
                    .map(|at| side[*at].code[8..].to_owned())
                    .collect::<Vec<_>>()
                    .join("+")
            };
            let mut of = String::new();
            for (is, word) in [(c.of_shape, "g"), (c.of_attributes, "a"), (c.of_code, "c")] {
                if is {
                    of.push_str(word);
                }
            }
            format!(
                "{}[{of}] {}>{}",
                c.kind.name(),
                codes(old, &c.parents),
                codes(new, &c.children)
            )
        })
        .collect();
    lines.sort();
    (lines, found.unchanged)
}

fn moved(lot: &Drawn, dx: f64, dy: f64) -> Drawn {
    let mut lot = lot.clone();
    for part in &mut lot.shape.0 {
        part.exterior_mut(|ring| {
            ring.0
                .iter_mut()
                .for_each(|c| *c = *c + Coord { x: dx, y: dy });
        });
    }
    lot
}

fn stretched(mut lot: Drawn, dx: f64) -> Drawn {
    for part in &mut lot.shape.0 {
        part.exterior_mut(|ring| {
            ring.0[1].x += dx;
            ring.0[2].x += dx;
        });
    }
    lot
}

fn halves(lot: &Drawn, codes: [&str; 2]) -> Vec<Drawn> {
    use geo::BoundingRect;
    let b = lot.shape.bounding_rect().expect("a box");
    let (x, y) = (b.min().x - 280_000.0, b.min().y - 9_330_000.0);
    codes
        .iter()
        .zip([y, y + b.height() / 2.0])
        .map(|(code, y)| {
            super::tests::lot(format!("22010101{code}"), x, y, b.width(), b.height() / 2.0)
        })
        .collect()
}

#[test]
fn each_operation_is_told_as_what_it_is() {
    let old = town(2, 8);
    let check = |change: &dyn Fn(&mut Vec<Drawn>), expected: &[&str], unchanged: u64| {
        let mut new = old.clone();
        change(&mut new);
        assert_eq!(
            told(&new, &old, Whole::Nothing),
            (
                expected.iter().map(|s| (*s).to_owned()).collect(),
                unchanged
            )
        );
    };
    check(&|_| {}, &[], 16);
    check(
        &|new| new[3].use_ = 1,
        &["modificacion[a] 001004>001004"],
        15,
    );
    check(
        &|new| new[3].code = "22010101001099".into(),
        &["modificacion[c] 001004>001099"],
        15,
    );
    check(
        &|new| new[3] = moved(&new[3], 1.5, -1.0),
        &["modificacion[g] 001004>001004"],
        15,
    );
    check(
        &|new| new[0] = moved(&new[0], -300.0, 0.0),
        &["modificacion[g] 001001>001001"],
        15,
    );
    check(
        &|new| new[6] = stretched(new[6].clone(), 3.0),
        &["modificacion[g] 001007>001007"],
        15,
    );
    check(
        &|new| {
            let two = halves(&new.remove(3), ["001020", "001021"]);
            new.extend(two);
        },
        &["subdivision[] 001004>001020+001021"],
        15,
    );
    check(
        &|new| {
            new[0] = lot("22010101001030".into(), 0.0, 0.0, 18.0, 20.0);
            new.remove(2);
        },
        &["acumulacion[] 001001+001003>001030"],
        14,
    );
    check(
        &|new| {
            // Two lots side by side become two, one above the other.
            new[0] = lot("22010101001031".into(), 0.0, 0.0, 18.0, 10.0);
            new[2] = lot("22010101001032".into(), 0.0, 10.0, 18.0, 10.0);
        },
        &["reajuste[] 001001+001003>001031+001032"],
        14,
    );
    check(
        &|new| new.push(lot("22010101003001".into(), 0.0, 400.0, 9.0, 20.0)),
        &["alta[] >003001"],
        16,
    );
    // On half of somebody's ground, under another code: not their renumbering.
    check(
        &|new| {
            new.remove(0);
            new.push(lot("22010101001040".into(), -4.5, 0.0, 9.0, 20.0));
        },
        &["alta[] >001040"],
        15,
    );
    // What it leaves out stays in force.
    check(&|new| drop(new.remove(3)), &[], 15);
}

#[test]
fn a_whole_block_retires_what_it_leaves_out() {
    let old = town(2, 4);
    // Block 1 without its second lot; of block 2 nothing.
    let new: Vec<Drawn> = old
        .iter()
        .filter(|lot| lot.code.starts_with("22010101001") && lot.code != "22010101001002")
        .cloned()
        .collect();
    assert_eq!(
        told(&new, &old, Whole::Blocks),
        (vec!["baja[] 001002>".to_owned()], 3)
    );
    assert_eq!(told(&new, &old, Whole::Nothing), (Vec::new(), 3));
}

#[test]
fn a_town_that_lies_two_metres_off_is_the_same_lots() {
    let old = town(3, 10);
    let new: Vec<Drawn> = old.iter().map(|lot| moved(lot, 1.6, 1.2)).collect();
    let (lines, unchanged) = told(&new, &old, Whole::Nothing);
    assert_eq!((lines.len(), unchanged), (30, 0));
    assert!(
        lines.iter().all(|line| line.starts_with("modificacion[g]")),
        "{lines:?}"
    );
    // Off by a little, and differently, with other codes.
    let new: Vec<Drawn> = (0_u32..)
        .zip(&old)
        .map(|(at, lot)| {
            let mut lot = stretched(moved(lot, 0.4, 0.7), f64::from(at % 3) * 0.3 + 0.1);
            lot.code.replace_range(5..6, "9");
            lot
        })
        .collect();
    let (lines, _) = told(&new, &old, Whole::Nothing);
    assert!(
        lines
            .iter()
            .all(|line| line.starts_with("modificacion[gc]")),
        "{lines:?}"
    );
    assert_eq!(lines.len(), 30);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// Operations on lots two columns apart, told back as exactly those, whatever the order of either side.
    #[test]
    fn a_script_of_operations_comes_back(ops in proptest::collection::vec(0_u8..7, 20), seed in any::<u64>()) {
        let old = town(10, 8);
        let mut new = old.clone();
        let mut expected = Vec::new();
        for (number, op) in ops.iter().enumerate() {
            // Lots 1 and 5 of each block: the first and the third column.
            let at = (number / 2) * 8 + (number % 2) * 4;
            let code = old[at].code.clone();
            let short = code[8..].to_owned();
            let place = new.iter().position(|lot| lot.code == code).expect("there");
            let fresh = |n: usize| format!("{}{:03}", &code[8..11], 100 + number * 2 + n);
            match op {
                0 => { new[place].use_ = 9; expected.push(format!("modificacion[a] {short}>{short}")); }
                1 => { new[place].code = format!("22010101{}", fresh(0)); expected.push(format!("modificacion[c] {short}>{}", fresh(0))); }
                2 => { new[place] = moved(&new[place], 1.1, -1.7); expected.push(format!("modificacion[g] {short}>{short}")); }
                3 => {
                    let two = halves(&new.remove(place), [&fresh(0), &fresh(1)]);
                    new.extend(two);
                    expected.push(format!("subdivision[] {short}>{}+{}", fresh(0), fresh(1)));
                }
                4 => {
                    // With the one above it.
                    let other = old[at + 1].code.clone();
                    new.retain(|lot| lot.code != code && lot.code != other);
                    let (column, block) = ((number % 2) * 2, number / 2);
                    new.push(lot(format!("22010101{}", fresh(0)), column as f64 * 9.0, block as f64 * 50.0, 9.0, 40.0));
                    expected.push(format!("acumulacion[] {short}+{}>{}", &other[8..], fresh(0)));
                }
                5 => { new.push(lot(format!("22010199{}", fresh(0)), 500.0 + number as f64 * 20.0, 0.0, 9.0, 20.0)); expected.push(format!("alta[] >{}", fresh(0))); }
                _ => {}
            }
        }
        expected.sort();
        let mut shuffled = new.clone();
        let mut state = seed | 1;
        for at in (1..shuffled.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            shuffled.swap(at, (state >> 33) as usize % (at + 1));
        }
        let first = told(&new, &old, Whole::Nothing);
        prop_assert_eq!(&first.0, &expected);
        prop_assert_eq!(told(&shuffled, &old, Whole::Nothing), first);
    }
}
