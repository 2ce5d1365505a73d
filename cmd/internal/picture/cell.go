package picture

// What a cell measures in pixels where the terminal does not say.
const usualWidth, usualHeight = 8, 16
