import Command

var parts = Parts.standard
parts.reproductions.append(.shaping)
PactolusCommand.main(parts)
