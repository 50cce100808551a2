//! What can be done with a parcel.

/// One of the operations, by the way it is asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Task {
    /// Divided along a drawn line.
    Line,
    /// Divided into parts of given areas.
    Areas,
    /// Divided into equal parts.
    Equal,
    /// Joined with neighbours.
    Join,
    /// Another border with a neighbour.
    Border,
    /// Another code.
    Renumber,
    /// Retired.
    Retire,
}

/// A line of the menu of operations.
pub struct Way {
    /// Where it leads.
    pub href: String,
    /// What it is called.
    pub name: &'static str,
    /// Whether it is the one before us.
    pub current: bool,
}

const ALL: [(Task, &str, &str); 7] = [
    (Task::Line, "linea", "Subdividir por una línea"),
    (Task::Areas, "areas", "Subdividir por áreas"),
    (Task::Equal, "iguales", "Subdividir en partes iguales"),
    (Task::Join, "acumular", "Acumular con vecinos"),
    (Task::Border, "rectificar", "Rectificar un lindero"),
    (Task::Renumber, "renumerar", "Renumerar"),
    (Task::Retire, "baja", "Dar de baja"),
];

impl Task {
    /// By its word in addresses and forms.
    pub fn of(word: &str) -> Option<Self> {
        let known = ALL.iter().find(|(_, known, _)| *known == word);
        known.map(|(task, ..)| *task)
    }

    /// Its word in addresses and forms.
    pub fn word(self) -> &'static str {
        ALL.iter()
            .find(|(task, ..)| *task == self)
            .map_or("", |(_, word, _)| word)
    }

    /// What it is called.
    pub fn name(self) -> &'static str {
        ALL.iter()
            .find(|(task, ..)| *task == self)
            .map_or("", |(.., name)| name)
    }
}

impl Way {
    /// All of them, for the parcel of a link.
    pub fn all(current: Option<Task>, link: &str) -> Vec<Self> {
        ALL.iter()
            .map(|(task, word, name)| Self {
                href: format!("/mantenimiento?predio={link}&operacion={word}"),
                name,
                current: current == Some(*task),
            })
            .collect()
    }
}
