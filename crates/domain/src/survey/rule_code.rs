use serde::{Deserialize, Serialize};

/// Which rule was not fulfilled. The Spanish codes are stable: reports and programs refer to them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum RuleCode {
    /// The shape breaks the rules of Simple Features.
    #[serde(rename = "geometria_invalida")]
    InvalidShape,
    /// There is no shape.
    #[serde(rename = "geometria_vacia")]
    EmptyShape,
    /// The shape is of a kind that the layer does not hold.
    #[serde(rename = "geometria_tipo")]
    ShapeKind,
    /// Two rows have the same shape.
    #[serde(rename = "geometria_duplicada")]
    RepeatedShape,
    /// The code is not well formed.
    #[serde(rename = "codigo_invalido")]
    MalformedCode,
    /// Two rows have the same code.
    #[serde(rename = "codigo_duplicado")]
    RepeatedCode,
    /// Two rows have the same reference, where each is given a provisional code of its own. People know it as
    /// `codigo_duplicado` too; it has an entry apart because it weighs less.
    #[serde(rename = "codigo_duplicado_provisional")]
    RepeatedReference,
    /// The code is of another municipality.
    #[serde(rename = "codigo_ajeno")]
    ForeignCode,
    /// The row lies outside the municipality's outline.
    #[serde(rename = "fuera_de_municipio")]
    OutsideMunicipality,
    /// The reference system is doubtful.
    #[serde(rename = "crs_dudoso")]
    DoubtfulCrs,
    /// A required attribute is missing.
    #[serde(rename = "atributo_requerido")]
    MissingAttribute,
    /// An attribute holds what it cannot hold.
    #[serde(rename = "atributo_invalido")]
    InvalidAttribute,
    /// Two vertices in a row stand at the same place, or nearly.
    #[serde(rename = "vertice_repetido")]
    RepeatedVertex,
    /// The border goes out and comes back on nearly the same line.
    #[serde(rename = "espiga")]
    Spike,
    /// The parcel is so thin that it is nobody's ground.
    #[serde(rename = "astilla")]
    Sliver,
    /// A side is shorter than a survey resolves.
    #[serde(rename = "lado_corto")]
    ShortSide,
    /// The declared area differs from the measured one by more than is accepted.
    #[serde(rename = "area_declarada")]
    DeclaredArea,
    /// An attribute holds a number that is hard to believe.
    #[serde(rename = "atributo_inverosimil")]
    ImplausibleAttribute,
    /// Two parcels lie on the same ground.
    #[serde(rename = "traslape")]
    Overlap,
    /// Thin or small ground between parcels is nobody's.
    #[serde(rename = "hueco")]
    Gap,
    /// Two neighbours draw their common border with different vertices.
    #[serde(rename = "borde_desigual")]
    UnevenBorder,
    /// The parcel is not inside the block of its code.
    #[serde(rename = "fuera_de_manzana")]
    OutsideBlock,
    /// The block of its code is not in force.
    #[serde(rename = "manzana_desconocida")]
    UnknownBlock,
    /// The sector of its code is not in force.
    #[serde(rename = "sector_desconocido")]
    UnknownSector,
    /// A road runs through the parcel.
    #[serde(rename = "sobre_via")]
    OverRoad,
    /// The parcel lies in no zone.
    #[serde(rename = "sin_zona")]
    NoZone,
    /// What a parcel became does not make up its ground.
    #[serde(rename = "hijos_no_completan")]
    ChildrenIncomplete,
    /// A code that goes to other ground is in force where it was, or was retired once.
    #[serde(rename = "codigo_en_uso")]
    CodeInUse,
    /// A parcel was edited in the field, and has changed in force since its package was made.
    #[serde(rename = "editado_a_la_vez")]
    EditedMeanwhile,
    /// A line of a drawing ends where it meets nothing.
    #[serde(rename = "linea_abierta")]
    OpenLine,
    /// A polygon of a drawing has no label or several, or a label no polygon.
    #[serde(rename = "rotulo")]
    Label,
    /// The vertices of a parcel make no outline.
    #[serde(rename = "vertices_invalidos")]
    BrokenVertices,
    /// The vertices of a parcel make an outline, though some seem to be missing or are there twice.
    #[serde(rename = "vertices_dudosos")]
    DoubtfulVertices,
    /// A layer that a rule asks holds nothing, so that the rule could not be asked.
    #[serde(rename = "capa_vacia")]
    EmptyLayer,
}

impl RuleCode {
    /// All rules.
    pub const ALL: [Self; 34] = [
        Self::InvalidShape,
        Self::EmptyShape,
        Self::ShapeKind,
        Self::RepeatedShape,
        Self::MalformedCode,
        Self::RepeatedCode,
        Self::RepeatedReference,
        Self::ForeignCode,
        Self::OutsideMunicipality,
        Self::DoubtfulCrs,
        Self::MissingAttribute,
        Self::InvalidAttribute,
        Self::RepeatedVertex,
        Self::Spike,
        Self::Sliver,
        Self::ShortSide,
        Self::DeclaredArea,
        Self::ImplausibleAttribute,
        Self::Overlap,
        Self::Gap,
        Self::UnevenBorder,
        Self::OutsideBlock,
        Self::UnknownBlock,
        Self::UnknownSector,
        Self::OverRoad,
        Self::NoZone,
        Self::ChildrenIncomplete,
        Self::CodeInUse,
        Self::EditedMeanwhile,
        Self::OpenLine,
        Self::Label,
        Self::BrokenVertices,
        Self::DoubtfulVertices,
        Self::EmptyLayer,
    ];

    /// Whether it is about parcels beside each other or beside what is in force: found anew by each comparison.
    pub fn is_of_comparison(self) -> bool {
        matches!(
            self,
            Self::Overlap
                | Self::Gap
                | Self::UnevenBorder
                | Self::OutsideBlock
                | Self::UnknownBlock
                | Self::UnknownSector
                | Self::OverRoad
                | Self::NoZone
                | Self::CodeInUse
                | Self::EditedMeanwhile
                | Self::ChildrenIncomplete
                | Self::EmptyLayer
        )
    }

    /// The stable code that reports and programs see.
    pub fn name(self) -> &'static str {
        match self {
            Self::InvalidShape => "geometria_invalida",
            Self::EmptyShape => "geometria_vacia",
            Self::ShapeKind => "geometria_tipo",
            Self::RepeatedShape => "geometria_duplicada",
            Self::MalformedCode => "codigo_invalido",
            Self::RepeatedCode | Self::RepeatedReference => "codigo_duplicado",
            Self::ForeignCode => "codigo_ajeno",
            Self::OutsideMunicipality => "fuera_de_municipio",
            Self::DoubtfulCrs => "crs_dudoso",
            Self::MissingAttribute => "atributo_requerido",
            Self::InvalidAttribute => "atributo_invalido",
            Self::RepeatedVertex => "vertice_repetido",
            Self::Spike => "espiga",
            Self::Sliver => "astilla",
            Self::ShortSide => "lado_corto",
            Self::DeclaredArea => "area_declarada",
            Self::ImplausibleAttribute => "atributo_inverosimil",
            Self::Overlap => "traslape",
            Self::Gap => "hueco",
            Self::UnevenBorder => "borde_desigual",
            Self::OutsideBlock => "fuera_de_manzana",
            Self::UnknownBlock => "manzana_desconocida",
            Self::UnknownSector => "sector_desconocido",
            Self::OverRoad => "sobre_via",
            Self::NoZone => "sin_zona",
            Self::ChildrenIncomplete => "hijos_no_completan",
            Self::CodeInUse => "codigo_en_uso",
            Self::EditedMeanwhile => "editado_a_la_vez",
            Self::OpenLine => "linea_abierta",
            Self::Label => "rotulo",
            Self::BrokenVertices => "vertices_invalidos",
            Self::DoubtfulVertices => "vertices_dudosos",
            Self::EmptyLayer => "capa_vacia",
        }
    }
}
