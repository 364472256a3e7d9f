import Command

var parts = Parts.standard
parts.environments.add(EnvironmentEntry(Corridor()))
PactolusCommand.main(parts)
