//! Shapes, areas and how they are computed. Metres and square metres in EPSG:32718.
