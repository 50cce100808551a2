use std::{fmt, str::FromStr};

use sha2::{Digest, Sha256};

use super::Ubigeo;

/// The code a parcel is known by: that of the national cadastre, or one of our own while it has none.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum CadastralCode {
    /// Ubigeo, sector, block and lot: the lot part of the código de referencia catastral.
    Lot(LotCode),
    /// Given by this service to a parcel whose file carries no national code.
    Provisional(ProvisionalCode),
}

/// Ubigeo 6, sector 2, manzana 3, lote 3: the first 14 digits of the código de referencia catastral
/// (instructions of the ficha catastral urbana, R. 001-2007-SNCP/CNC).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct LotCode(String);

/// `P220101-` and twelve letters or digits, derived from what identifies the row in its source. The same source
/// row gets the same code again, so that a file sent twice changes nothing.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ProvisionalCode(String);

/// The text is neither a lot code nor a provisional one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("neither fourteen digits nor a provisional code")]
pub struct InvalidCode;

impl LotCode {
    /// The place the code itself names.
    pub fn ubigeo(&self) -> Result<Ubigeo, super::InvalidUbigeo> {
        self.0[..6].parse()
    }

    /// The fourteen digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for LotCode {
    type Err = InvalidCode;

    fn from_str(text: &str) -> Result<Self, InvalidCode> {
        if text.len() == 14 && text.bytes().all(|b| b.is_ascii_digit()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidCode)
        }
    }
}

/// Letters of a provisional code: Crockford's base 32, which has no I, L, O or U to be misread on paper.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

impl ProvisionalCode {
    /// The code of what `parts` identify in `ubigeo`. Twelve letters are 60 bits: among a million parcels the
    /// chance that two share a code is one in two million, and a shared code is a finding, never a lost row.
    pub fn derive(ubigeo: Ubigeo, parts: &[&[u8]]) -> Self {
        let mut hash = Sha256::new();
        for part in parts {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        let digest = hash.finalize();
        let mut code = format!("P{ubigeo}-");
        let mut bits = digest
            .iter()
            .take(8)
            .fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
        for _ in 0..12 {
            code.push(char::from(ALPHABET[(bits >> 59) as usize]));
            bits <<= 5;
        }
        Self(code)
    }

    /// The whole code.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ProvisionalCode {
    type Err = InvalidCode;

    fn from_str(text: &str) -> Result<Self, InvalidCode> {
        let body = text.strip_prefix('P').ok_or(InvalidCode)?;
        let (ubigeo, letters) = body.split_once('-').ok_or(InvalidCode)?;
        let well_formed = ubigeo.parse::<Ubigeo>().is_ok()
            && letters.len() == 12
            && letters.bytes().all(|b| ALPHABET.contains(&b));
        if well_formed {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidCode)
        }
    }
}

impl CadastralCode {
    /// The code as people write it.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Lot(code) => code.as_str(),
            Self::Provisional(code) => code.as_str(),
        }
    }

    /// The municipality that the code names.
    pub fn ubigeo(&self) -> Result<Ubigeo, super::InvalidUbigeo> {
        match self {
            Self::Lot(code) => code.ubigeo(),
            Self::Provisional(code) => code.as_str()[1..7].parse(),
        }
    }
}

impl FromStr for CadastralCode {
    type Err = InvalidCode;

    fn from_str(text: &str) -> Result<Self, InvalidCode> {
        text.parse()
            .map(Self::Lot)
            .or_else(|_| text.parse().map(Self::Provisional))
    }
}

impl fmt::Display for CadastralCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moyobamba() -> Ubigeo {
        "220101".parse().expect("six digits")
    }

    #[test]
    fn a_lot_code_names_its_municipality() {
        let code: CadastralCode = "22010101001014".parse().expect("fourteen digits");
        assert_eq!(code.ubigeo(), Ok(moyobamba()));
        for wrong in ["2201010100101", "220101010010144", "2201010100101A", ""] {
            assert_eq!(
                wrong.parse::<CadastralCode>(),
                Err(InvalidCode),
                "{wrong:?}"
            );
        }
    }

    #[test]
    fn a_provisional_code_is_the_same_for_the_same_source_and_reads_back() {
        let code = ProvisionalCode::derive(moyobamba(), &[b"lotes", b"35900"]);
        assert_eq!(
            code,
            ProvisionalCode::derive(moyobamba(), &[b"lotes", b"35900"])
        );
        assert_ne!(
            code,
            ProvisionalCode::derive(moyobamba(), &[b"lotes3", b"5900"])
        );
        let read: CadastralCode = code.as_str().parse().expect("well formed");
        assert_eq!(read.ubigeo(), Ok(moyobamba()));
        assert_eq!(read, CadastralCode::Provisional(code));
    }
}
