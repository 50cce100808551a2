//! Which column of a table is which, by its name.

use super::OpenError;

/// How a table holds shapes.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Layout {
    /// A row for each vertex.
    Vertices(Places),
    /// A row for each feature, its shape as text in this column.
    Text(usize),
    /// A row for each feature, which is a point.
    Points(Point),
}

/// Places of the columns of a table of points.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Point {
    /// What would name a parcel: the row of a vertex without its number looks the same.
    pub(super) parcel: Vec<usize>,
    pub(super) x: usize,
    pub(super) y: usize,
}

/// Places of the columns of a table of vertices.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Places {
    /// What together names a parcel.
    pub(super) parcel: Vec<usize>,
    /// The vertex's number in it.
    pub(super) vertex: usize,
    pub(super) x: usize,
    pub(super) y: usize,
}

const TEXT: [&str; 6] = ["wkt", "geom", "geometria", "geometry", "wktgeom", "thegeom"];
const PARCEL: [&str; 14] = [
    "lote",
    "codlote",
    "nrolote",
    "parcela",
    "codparcela",
    "predio",
    "codpredio",
    "codigo",
    "codigocatastral",
    "codcatastral",
    "codcat",
    "idlote",
    "poligono",
    "uc",
];
/// What tells lots of one number apart.
const WITHIN: [&str; 10] = [
    "ubigeo",
    "sector",
    "codsector",
    "manzana",
    "codmanzana",
    "codmzna",
    "mzna",
    "mz",
    "mza",
    "etapa",
];
const VERTEX: [&str; 10] = [
    "vertice",
    "vert",
    "nrovertice",
    "numvertice",
    "vertices",
    "punto",
    "pto",
    "nropunto",
    "orden",
    "v",
];
const X: [&str; 12] = [
    "este",
    "x",
    "coordx",
    "xeste",
    "estex",
    "coordenadax",
    "coordenadaeste",
    "e",
    "longitud",
    "longitude",
    "lon",
    "lng",
];
const Y: [&str; 11] = [
    "norte",
    "y",
    "coordy",
    "ynorte",
    "nortey",
    "coordenaday",
    "coordenadanorte",
    "n",
    "latitud",
    "latitude",
    "lat",
];

impl Layout {
    pub(super) fn of(columns: &[String]) -> Result<Self, OpenError> {
        let plain: Vec<String> = columns.iter().map(|name| plain(name)).collect();
        let all = |names: &[&str]| -> Vec<usize> {
            let places = plain.iter().enumerate();
            places
                .filter(|(_, name)| names.contains(&name.as_str()))
                .map(|(place, _)| place)
                .collect()
        };
        let one = |names: &[&str]| match all(names).as_slice() {
            [] => Ok(None),
            [only] => Ok(Some(*only)),
            several => Err(OpenError::SameColumn {
                columns: several
                    .iter()
                    .filter_map(|place| columns.get(*place).cloned())
                    .collect(),
            }),
        };
        if let Some(shape) = one(&TEXT)? {
            return Ok(Self::Text(shape));
        }
        let mut parcel = all(&PARCEL);
        match (one(&VERTEX)?, one(&X)?, one(&Y)?) {
            (Some(vertex), Some(x), Some(y)) if !parcel.is_empty() => {
                parcel.extend(all(&WITHIN));
                parcel.sort_unstable();
                Ok(Self::Vertices(Places {
                    parcel,
                    vertex,
                    x,
                    y,
                }))
            }
            (None, Some(x), Some(y)) => Ok(Self::Points(Point { parcel, x, y })),
            _ => Err(OpenError::TableColumns {
                found: columns.to_vec(),
            }),
        }
    }
}

/// `Nº Vértice`, `ESTE (m)` and `Coord. X` as letters and nothing else.
fn plain(name: &str) -> String {
    let name = name.split(['(', '[']).next().unwrap_or_default();
    name.chars()
        .flat_map(char::to_lowercase)
        .filter_map(|letter| match letter {
            'á' => Some('a'),
            'é' => Some('e'),
            'í' => Some('i'),
            'ó' => Some('o'),
            'ú' | 'ü' => Some('u'),
            letter => Some(letter).filter(char::is_ascii_alphanumeric),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(header: &str) -> Result<Layout, OpenError> {
        let columns: Vec<String> = header.split(';').map(str::to_owned).collect();
        Layout::of(&columns)
    }

    #[test]
    fn columns_are_known_by_many_names() {
        for header in [
            "lote;vertice;este;norte",
            "PARCELA;VÉRTICE;Este (m);Norte (m)",
            "Código Catastral;Punto;Coord. X;Coord_Y",
            "Cod_Lote;V;X;Y",
        ] {
            let expected = Places {
                parcel: vec![0],
                vertex: 1,
                x: 2,
                y: 3,
            };
            assert_eq!(layout(header), Ok(Layout::Vertices(expected)), "{header}");
        }
        let Ok(Layout::Vertices(places)) = layout("Mz;lote;uso;vert;x;y") else {
            unreachable!("vertices");
        };
        assert_eq!((places.parcel, places.vertex), (vec![0, 1], 3));
        assert_eq!(layout("codigo;WKT"), Ok(Layout::Text(1)));
        assert_eq!(layout("Geometría;codigo"), Ok(Layout::Text(0)));
        let point = |parcel: &[usize], x, y| {
            let parcel = parcel.to_vec();
            Ok(Layout::Points(Point { parcel, x, y }))
        };
        assert_eq!(layout("cui;nombre;Lon;Lat"), point(&[], 2, 3));
        assert_eq!(layout("lote;este;norte"), point(&[0], 1, 2));
    }

    #[test]
    fn what_is_missing_or_there_twice_is_said() {
        for header in ["a;b", "lote;este", "vertice;este;norte", ""] {
            assert!(
                matches!(layout(header), Err(OpenError::TableColumns { .. })),
                "{header}"
            );
        }
        let expected = OpenError::SameColumn {
            columns: vec!["este".to_owned(), "X".to_owned()],
        };
        assert_eq!(layout("lote;vertice;este;X;norte"), Err(expected));
    }
}
