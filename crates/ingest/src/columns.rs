//! A profile against the columns that a file really has.

use std::collections::{BTreeMap, HashMap, HashSet};

use gis::file::Field;

use crate::{
    Refusal,
    personal::is_personal,
    profile::{CodeForm, LayerProfile},
};

/// The column in which a lot of a package carries the change that opened its version.
pub const BASE_COLUMN: &str = "version_base";

/// The column in which a lot of a package carries, as a JSON object, attributes that no column of a form can hold.
pub const OTHERS_COLUMN: &str = "otros_atributos";

/// Where everything is in the values of a row.
#[derive(Debug)]
pub(crate) struct Columns {
    /// Positions in the file of the columns to read, in the order in which their values come.
    pub(crate) wanted: Vec<usize>,
    /// How many of them, from the first, make the code.
    pub(crate) of_code: usize,
    /// Where the code comes from.
    pub(crate) code: CodeSource,
    /// Attributes to keep.
    pub(crate) attributes: Vec<Attribute>,
    /// Attributes with the same value everywhere.
    pub(crate) fixed: Vec<(String, String)>,
    /// Columns that hold personal data and stay out.
    pub(crate) personal: Vec<String>,
    /// Position of the change on which a row is based, where the file is a package that comes back.
    pub(crate) base: Option<usize>,
    /// Position of what no column holds, where the file is a package that comes back.
    pub(crate) others: Option<usize>,
}

/// Where the code comes from; positions are of values.
#[derive(Debug)]
pub(crate) enum CodeSource {
    /// It is there whole.
    Whole(usize),
    /// Parts, put together; no position means the municipality's ubigeo.
    Parts(Vec<(Option<usize>, usize)>),
    /// One is made of these values.
    Provisional(Vec<usize>),
    /// It is known before the row is read.
    Given(String),
}

/// One attribute of ours.
#[derive(Debug)]
pub(crate) struct Attribute {
    /// Its name.
    pub(crate) name: String,
    /// Position of its value; none where the file has no such column.
    pub(crate) value: Option<usize>,
    /// Translations.
    pub(crate) translate: BTreeMap<String, Option<String>>,
    /// It must be a number.
    pub(crate) number: bool,
    /// It must have a value.
    pub(crate) required: bool,
}

impl Columns {
    /// Finds the profile's columns in the file.
    pub(crate) fn resolve(
        profile: &LayerProfile,
        profile_name: &str,
        fields: &[Field],
    ) -> Result<Self, Refusal> {
        let mut finder = Finder::new(fields);
        let (code, kept_parts) =
            finder
                .code(&profile.code)
                .map_err(|missing| Refusal::MissingColumns {
                    missing,
                    available: fields.iter().map(|field| field.name.clone()).collect(),
                    profile: profile_name.to_owned(),
                })?;
        let of_code = finder.wanted.len();
        let mut attributes = Vec::new();
        let mut taken: HashSet<String> = profile.fixed.keys().cloned().collect();
        let mut keep = |name: &str, value: Option<usize>, attributes: &mut Vec<Attribute>| {
            let required = profile.required.iter().any(|required| required == name);
            if (value.is_some() || required) && taken.insert(name.to_owned()) {
                attributes.push(Attribute {
                    name: name.to_owned(),
                    value,
                    translate: profile.values.get(name).cloned().unwrap_or_default(),
                    number: profile.numbers.iter().any(|number| number == name),
                    required,
                });
            }
        };
        for (name, position) in kept_parts {
            keep(&name, Some(position), &mut attributes);
        }
        for (name, synonyms) in &profile.columns {
            let position = finder.first(synonyms);
            keep(name, position, &mut attributes);
        }
        let mut personal = Vec::new();
        let base = finder.first(&[BASE_COLUMN.to_owned()]);
        let others = base.and_then(|_| finder.first(&[OTHERS_COLUMN.to_owned()]));
        for (index, field) in fields.iter().enumerate() {
            let name = field.name.to_lowercase();
            if is_personal(&name) {
                personal.push(field.name.clone());
            } else if !finder.used.contains(&index)
                && !profile.omitted.iter().any(|o| o.to_lowercase() == name)
            {
                let position = finder.want(index);
                keep(&name, Some(position), &mut attributes);
            }
        }
        Ok(Self {
            wanted: finder.wanted,
            of_code,
            code,
            attributes,
            fixed: profile.fixed.clone().into_iter().collect(),
            personal,
            base,
            others,
        })
    }
}

struct Finder {
    by_name: HashMap<String, usize>,
    wanted: Vec<usize>,
    used: HashSet<usize>,
}

type KeptParts = Vec<(String, usize)>;

impl Finder {
    fn new(fields: &[Field]) -> Self {
        let by_name = fields
            .iter()
            .enumerate()
            .map(|(index, field)| (field.name.to_lowercase(), index))
            .collect();
        Self {
            by_name,
            wanted: Vec::new(),
            used: HashSet::new(),
        }
    }

    /// Position of the value of a column; asks for the column.
    fn want(&mut self, index: usize) -> usize {
        self.used.insert(index);
        self.wanted
            .iter()
            .position(|wanted| *wanted == index)
            .unwrap_or_else(|| {
                self.wanted.push(index);
                self.wanted.len() - 1
            })
    }

    fn find(&self, synonyms: &[String]) -> Option<usize> {
        synonyms
            .iter()
            .find_map(|name| self.by_name.get(&name.to_lowercase()).copied())
    }

    fn first(&mut self, synonyms: &[String]) -> Option<usize> {
        let index = self.find(synonyms)?;
        Some(self.want(index))
    }

    /// The first form whose columns are all there; else what the last one lacks.
    fn code(&mut self, forms: &[CodeForm]) -> Result<(CodeSource, KeptParts), Vec<Vec<String>>> {
        let mut missing = Vec::new();
        for form in forms {
            missing = self.missing(form);
            if missing.is_empty() {
                return Ok(self.take(form));
            }
        }
        Err(missing)
    }

    fn missing(&self, form: &CodeForm) -> Vec<Vec<String>> {
        let lacks = |synonyms: &[String]| self.find(synonyms).is_none();
        match form {
            CodeForm::Column(synonyms) => {
                if lacks(synonyms) {
                    vec![synonyms.clone()]
                } else {
                    Vec::new()
                }
            }
            CodeForm::Parts(parts) => parts
                .iter()
                .filter(|part| !part.municipality && lacks(&part.column))
                .map(|part| part.column.clone())
                .collect(),
            CodeForm::Provisional(columns) => columns
                .iter()
                .map(|column| vec![column.clone()])
                .filter(|column| lacks(column))
                .collect(),
        }
    }

    fn take(&mut self, form: &CodeForm) -> (CodeSource, KeptParts) {
        let mut kept = Vec::new();
        let source = match form {
            CodeForm::Column(synonyms) => {
                CodeSource::Whole(self.first(synonyms).unwrap_or_default())
            }
            CodeForm::Parts(parts) => {
                let mut positions = Vec::new();
                for part in parts {
                    let position = self.first(&part.column);
                    if let (Some(name), Some(position)) = (&part.kept_as, position) {
                        kept.push((name.clone(), position));
                    }
                    positions.push((position, part.digits));
                }
                CodeSource::Parts(positions)
            }
            CodeForm::Provisional(columns) => {
                let positions = columns
                    .iter()
                    .filter_map(|column| self.first(std::slice::from_ref(column)))
                    .collect();
                // A reference is an attribute too: it is how the owner of the file finds the row again.
                self.used.clear();
                CodeSource::Provisional(positions)
            }
        };
        (source, kept)
    }
}
