// Objects as a Kubernetes API server (1.35) gave them: the same one as JSON, without its managed fields, and as protobuf in base64.

/** One object in both forms. */
export interface RecordedObject {
  readonly json: unknown;
  readonly protobuf: Buffer;
}

export const NAMESPACE: RecordedObject = {
  json: JSON.parse(
    `{"kind":"Namespace","apiVersion":"v1","metadata":{"name":"rich","uid":"e02e14ed-6695-4131-9bb5-70a8def1ea58","resourceVersion":"2010","creationTimestamp":"2026-11-21T17:51:15Z","labels":{"kubernetes.io/metadata.name":"rich"}},"spec":{},"status":{"phase":"Active"}}`,
  ),
  protobuf: Buffer.from(
    `
azhzAAoPCgJ2MRIJTmFtZXNwYWNlEo4CCv8BCgRyaWNoEgAaACIAKiRlMDJlMTRlZC02Njk1LTQxMzEtOWJiNS03MGE4ZGVmMWVhNTgyBDIwMT
A4AEIICJO0h9gGEABaIwoba3ViZXJuZXRlcy5pby9tZXRhZGF0YS5uYW1lEgRyaWNoigGSAQoJa2FwaS1sb2FkEgZVcGRhdGUaAnYxIggIk7SH
2AYQADIIRmllbGRzVjE6YwpheyJmOm1ldGFkYXRhIjp7ImY6bGFiZWxzIjp7Ii4iOnt9LCJmOmt1YmVybmV0ZXMuaW8vbWV0YWRhdGEubmFtZS
I6e319fSwiZjpzdGF0dXMiOnsiZjpwaGFzZSI6e319fUIAEgAaCAoGQWN0aXZlGgAiAA==`,
    'base64',
  ),
};

export const SERVICE: RecordedObject = {
  json: JSON.parse(
    `{"kind":"Service","apiVersion":"v1","metadata":{"name":"web","namespace":"rich","uid":"cdad2959-5153-4371-b43a-e7d9e6fa1c25","resourceVersion":"2012","creationTimestamp":"2026-11-21T17:51:15Z","labels":{"app":"web"},"annotations":{"note":"é"}},"spec":{"ports":[{"name":"http","protocol":"TCP","port":80,"targetPort":8080,"nodePort":30080},{"name":"dns","protocol":"UDP","port":53,"targetPort":"dns"}],"clusterIP":"10.96.77.1","clusterIPs":["10.96.77.1","fd00::77"],"type":"LoadBalancer","externalIPs":["203.0.113.7"],"sessionAffinity":"None","ipFamilies":["IPv4","IPv6"]},"status":{"loadBalancer":{"ingress":[{"ip":"198.51.100.1"},{"hostname":"lb.example.com"}]}}}`,
  ),
  protobuf: Buffer.from(
    `
azhzAAoNCgJ2MRIHU2VydmljZRLKBgqGBQoDd2ViEgAaBHJpY2giACokY2RhZDI5NTktNTE1My00MzcxLWI0M2EtZTdkOWU2ZmExYzI1MgQyMD
EyOABCCAiTtIfYBhAAWgoKA2FwcBIDd2ViYgoKBG5vdGUSAsOpigGjBAoJa2FwaS1sb2FkEgZVcGRhdGUaAnYxIggIk7SH2AYQADIIRmllbGRz
VjE68wMK8AN7ImY6bWV0YWRhdGEiOnsiZjphbm5vdGF0aW9ucyI6eyIuIjp7fSwiZjpub3RlIjp7fX0sImY6bGFiZWxzIjp7Ii4iOnt9LCJmOm
FwcCI6e319fSwiZjpzcGVjIjp7ImY6Y2x1c3RlcklQIjp7fSwiZjpjbHVzdGVySVBzIjp7fSwiZjpleHRlcm5hbElQcyI6e30sImY6aXBGYW1p
bGllcyI6e30sImY6cG9ydHMiOnsiLiI6e30sIms6e1wicG9ydFwiOjUzLFwicHJvdG9jb2xcIjpcIlVEUFwifSI6eyIuIjp7fSwiZjpuYW1lIj
p7fSwiZjpwb3J0Ijp7fSwiZjpwcm90b2NvbCI6e30sImY6dGFyZ2V0UG9ydCI6e319LCJrOntcInBvcnRcIjo4MCxcInByb3RvY29sXCI6XCJU
Q1BcIn0iOnsiLiI6e30sImY6bmFtZSI6e30sImY6bm9kZVBvcnQiOnt9LCJmOnBvcnQiOnt9LCJmOnByb3RvY29sIjp7fSwiZjp0YXJnZXRQb3
J0Ijp7fX19LCJmOnNlc3Npb25BZmZpbml0eSI6e30sImY6dHlwZSI6e319LCJmOnN0YXR1cyI6eyJmOmxvYWRCYWxhbmNlciI6eyJmOmluZ3Jl
c3MiOnt9fX19QgASlAEKGgoEaHR0cBIDVENQGFAiBwgAEJA/GgAogOsBChkKA2RucxIDVURQGDUiCQgBEAAaA2RucygAGgoxMC45Ni43Ny4xIg
xMb2FkQmFsYW5jZXIqCzIwMy4wLjExMy43OgROb25lQgBSAFoAYABoAJIBCjEwLjk2Ljc3LjGSAQhmZDAwOjo3N5oBBElQdjSaAQRJUHY2GigK
JgoQCgwxOTguNTEuMTAwLjESAAoSCgASDmxiLmV4YW1wbGUuY29tGgAiAA==`,
    'base64',
  ),
};

export const EXTERNAL_SERVICE: RecordedObject = {
  json: JSON.parse(
    `{"kind":"Service","apiVersion":"v1","metadata":{"name":"ext","namespace":"rich","uid":"eaba4988-2da2-4ae1-913c-e58761d6e8ab","resourceVersion":"2013","creationTimestamp":"2026-11-21T17:51:15Z"},"spec":{"type":"ExternalName","sessionAffinity":"None","externalName":"example.com"},"status":{"loadBalancer":{}}}`,
  ),
  protobuf: Buffer.from(
    `
azhzAAoNCgJ2MRIHU2VydmljZRLyAQq+AQoDZXh0EgAaBHJpY2giACokZWFiYTQ5ODgtMmRhMi00YWUxLTkxM2MtZTU4NzYxZDZlOGFiMgQyMD
EzOABCCAiTtIfYBhAAigF0CglrYXBpLWxvYWQSBlVwZGF0ZRoCdjEiCAiTtIfYBhAAMghGaWVsZHNWMTpFCkN7ImY6c3BlYyI6eyJmOmV4dGVy
bmFsTmFtZSI6e30sImY6c2Vzc2lvbkFmZmluaXR5Ijp7fSwiZjp0eXBlIjp7fX19QgASKxoAIgxFeHRlcm5hbE5hbWU6BE5vbmVCAFILZXhhbX
BsZS5jb21aAGAAaAAaAgoAGgAiAA==`,
    'base64',
  ),
};

export const ENDPOINT_SLICE: RecordedObject = {
  json: JSON.parse(
    `{"kind":"EndpointSlice","apiVersion":"discovery.k8s.io/v1","metadata":{"name":"web-1","namespace":"rich","uid":"6ee2660a-66df-4ba7-94fd-98b9a6abd5aa","resourceVersion":"2014","generation":1,"creationTimestamp":"2026-11-21T17:51:15Z","labels":{"kubernetes.io/service-name":"web","multicluster.kubernetes.io/service-name":"imp","multicluster.kubernetes.io/source-cluster":"c1"},"annotations":{"endpoints.kubernetes.io/last-change-trigger-time":"2026-01-01T00:00:00Z"}},"addressType":"IPv4","endpoints":[{"addresses":["10.1.1.1","10.1.1.2"],"conditions":{"ready":true,"serving":true,"terminating":false},"hostname":"one","targetRef":{"kind":"Pod","namespace":"rich","name":"pod-1","uid":"u"},"nodeName":"n","zone":"z1","hints":{"forZones":[{"name":"z1"}]}},{"addresses":["10.1.1.3"],"conditions":{"ready":false}},{"addresses":["10.1.1.4"],"conditions":{}},{"addresses":["10.1.1.5"],"conditions":{},"targetRef":{"name":"pppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppp"}}],"ports":[{"name":"http","protocol":"TCP","port":8080},{"name":"all","protocol":"TCP"}]}`,
  ),
  protobuf: Buffer.from(
    `
azhzAAokChNkaXNjb3ZlcnkuazhzLmlvL3YxEg1FbmRwb2ludFNsaWNlEvkGCocFCgV3ZWItMRIAGgRyaWNoIgAqJDZlZTI2NjBhLTY2ZGYtNG
JhNy05NGZkLTk4YjlhNmFiZDVhYTIEMjAxNDgBQggIk7SH2AYQAFohChprdWJlcm5ldGVzLmlvL3NlcnZpY2UtbmFtZRIDd2ViWi4KJ211bHRp
Y2x1c3Rlci5rdWJlcm5ldGVzLmlvL3NlcnZpY2UtbmFtZRIDaW1wWi8KKW11bHRpY2x1c3Rlci5rdWJlcm5ldGVzLmlvL3NvdXJjZS1jbHVzdG
VyEgJjMWJICjBlbmRwb2ludHMua3ViZXJuZXRlcy5pby9sYXN0LWNoYW5nZS10cmlnZ2VyLXRpbWUSFDIwMjYtMDEtMDFUMDA6MDA6MDBaigHs
AgoJa2FwaS1sb2FkEgZVcGRhdGUaE2Rpc2NvdmVyeS5rOHMuaW8vdjEiCAiTtIfYBhAAMghGaWVsZHNWMTqrAgqoAnsiZjphZGRyZXNzVHlwZS
I6e30sImY6ZW5kcG9pbnRzIjp7fSwiZjptZXRhZGF0YSI6eyJmOmFubm90YXRpb25zIjp7Ii4iOnt9LCJmOmVuZHBvaW50cy5rdWJlcm5ldGVz
LmlvL2xhc3QtY2hhbmdlLXRyaWdnZXItdGltZSI6e319LCJmOmxhYmVscyI6eyIuIjp7fSwiZjprdWJlcm5ldGVzLmlvL3NlcnZpY2UtbmFtZS
I6e30sImY6bXVsdGljbHVzdGVyLmt1YmVybmV0ZXMuaW8vc2VydmljZS1uYW1lIjp7fSwiZjptdWx0aWNsdXN0ZXIua3ViZXJuZXRlcy5pby9z
b3VyY2UtY2x1c3RlciI6e319fSwiZjpwb3J0cyI6e319QgASTQoIMTAuMS4xLjEKCDEwLjEuMS4yEgYIARABGAAaA29uZSIbCgNQb2QSBHJpY2
gaBXBvZC0xIgF1KgAyADoAMgFuOgJ6MUIGCgQKAnoxEg4KCDEwLjEuMS4zEgIIABIMCggxMC4xLjEuNBIAEl4KCDEwLjEuMS41EgAiUAoAEgAa
QnBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcCIAKgAyADoAGg4KBGh0dH
ASA1RDUBiQPxoKCgNhbGwSA1RDUCIESVB2NBoAIgA=`,
    'base64',
  ),
};

export const ENDPOINTS: RecordedObject = {
  json: JSON.parse(
    `{"kind":"Endpoints","apiVersion":"v1","metadata":{"name":"old","namespace":"rich","uid":"cf578141-8d92-4dd1-893f-2a4a3a199076","resourceVersion":"2011","creationTimestamp":"2026-11-21T17:51:15Z"},"subsets":[{"addresses":[{"ip":"10.2.1.1","hostname":"h","nodeName":"n","targetRef":{"kind":"Pod","name":"p1"}}],"notReadyAddresses":[{"ip":"10.2.1.9"}],"ports":[{"name":"http","port":80,"protocol":"TCP"}]},{"addresses":[{"ip":"fd00::2"}]}]}`,
  ),
  protobuf: Buffer.from(
    `
azhzAAoPCgJ2MRIJRW5kcG9pbnRzEuMBCosBCgNvbGQSABoEcmljaCIAKiRjZjU3ODE0MS04ZDkyLTRkZDEtODkzZi0yYTRhM2ExOTkwNzYyBD
IwMTE4AEIICJO0h9gGEACKAUEKCWthcGktbG9hZBIGVXBkYXRlGgJ2MSIICJO0h9gGEAAyCEZpZWxkc1YxOhIKEHsiZjpzdWJzZXRzIjp7fX1C
ABJECiUKCDEwLjIuMS4xEhMKA1BvZBIAGgJwMSIAKgAyADoAGgFoIgFuEgwKCDEwLjIuMS45GgAaDQoEaHR0cBBQGgNUQ1ASDQoLCgdmZDAwOj
oyGgAaACIA`,
    'base64',
  ),
};

export const POD: RecordedObject = {
  json: JSON.parse(
    `{"kind":"Pod","apiVersion":"v1","metadata":{"name":"p1","namespace":"rich","uid":"1ac4317b-4da9-46e4-b869-dfb13ca9eba5","resourceVersion":"2015","generation":1,"creationTimestamp":"2026-11-21T17:51:15Z","labels":{"app":"web","x/y":"z"}},"spec":{"containers":[{"name":"c","image":"i","resources":{}}]},"status":{"phase":"Running","hostIP":"192.0.2.1","podIP":"10.3.1.1","podIPs":[{"ip":"10.3.1.1"}]}}`,
  ),
  protobuf: Buffer.from(
    `
azhzAAoJCgJ2MRIDUG9kEp0ECqcDCgJwMRIAGgRyaWNoIgAqJDFhYzQzMTdiLTRkYTktNDZlNC1iODY5LWRmYjEzY2E5ZWJhNTIEMjAxNTgBQg
gIk7SH2AYQAFoKCgNhcHASA3dlYloICgN4L3kSAXqKAccCCglrYXBpLWxvYWQSBlVwZGF0ZRoCdjEiCAiTtIfYBhAAMghGaWVsZHNWMTqXAgqU
AnsiZjptZXRhZGF0YSI6eyJmOmxhYmVscyI6eyIuIjp7fSwiZjphcHAiOnt9LCJmOngveSI6e319fSwiZjpzcGVjIjp7ImY6Y29udGFpbmVycy
I6eyJrOntcIm5hbWVcIjpcImNcIn0iOnsiLiI6e30sImY6aW1hZ2UiOnt9LCJmOm5hbWUiOnt9LCJmOnJlc291cmNlcyI6e319fX0sImY6c3Rh
dHVzIjp7ImY6aG9zdElQIjp7fSwiZjpwaGFzZSI6e30sImY6cG9kSVAiOnt9LCJmOnBvZElQcyI6eyIuIjp7fSwiazp7XCJpcFwiOlwiMTAuMy
4xLjFcIn0iOnsiLiI6e30sImY6aXAiOnt9fX19fUIAEjgSGgoBYxIBaSoAQgBqAHIAgAEAiAEAkAEAogEAGgAyAEIASgBSAFgAYABoAIIBAIoB
AJoBAMIBABo3CgdSdW5uaW5nGgAiACoJMTkyLjAuMi4xMggxMC4zLjEuMUoAWgBiCgoIMTAuMy4xLjFyAIgBABoAIgA=`,
    'base64',
  ),
};

export const STATUS: RecordedObject = {
  json: JSON.parse(
    String.raw`{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"services \"none\" not found","reason":"NotFound","details":{"name":"none","kind":"services"},"code":404}`,
  ),
  protobuf: Buffer.from(
    `
azhzAAoMCgJ2MRIGU3RhdHVzElEKBgoAEgAaABIHRmFpbHVyZRoZc2VydmljZXMgIm5vbmUiIG5vdCBmb3VuZCIITm90Rm91bmQqFgoEbm9uZR
IAGghzZXJ2aWNlcygAMgAwlAMaACIA`,
    'base64',
  ),
};
