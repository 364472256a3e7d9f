import Command

// The verbs that need the web server, in the place of those that only say where to find them; and all the others.
var parts = Parts.standard
parts.add(WorkbenchVerb.self, to: .learn)
parts.add(ServeVerb.self, to: .learn)
PactolusCommand.main(parts)
