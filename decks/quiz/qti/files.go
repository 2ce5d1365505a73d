package qti

import (
	"fmt"
	"strings"
)

// manifest tells what is in the package.
func (p *packager) manifest(folder string) string {
	var b strings.Builder
	b.WriteString(declaration + fmt.Sprintf(`<manifest identifier="kartei_manifest_%s" xmlns="http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1" xmlns:lom="http://ltsc.ieee.org/xsd/imsccv1p1/LOM/resource" xmlns:imsmd="http://www.imsglobal.org/xsd/imsmd_v1p2" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1 http://www.imsglobal.org/xsd/imscp_v1p1.xsd http://ltsc.ieee.org/xsd/imsccv1p1/LOM/resource http://www.imsglobal.org/profile/cc/ccv1p1/LOM/ccv1p1_lomresource_v1p0.xsd http://www.imsglobal.org/xsd/imsmd_v1p2 http://www.imsglobal.org/xsd/imsmd_v1p2p2.xsd">
<metadata><schema>IMS Content</schema><schemaversion>1.1.3</schemaversion><imsmd:lom><imsmd:general><imsmd:title><imsmd:string>%s</imsmd:string></imsmd:title></imsmd:general></imsmd:lom></metadata>
<organizations/>
<resources>
<resource identifier="kartei_%s" type="imsqti_xmlv1p2"><file href="%s/%s.xml"/><dependency identifierref="kartei_dependency_%s"/></resource>
<resource identifier="kartei_dependency_%s" type="associatedcontent/imscc_xmlv1p1/learning-application-resource" href="%s/assessment_meta.xml"><file href="%s/assessment_meta.xml"/></resource>
`, p.id, p.title(), p.id, folder, folder, p.id, p.id, folder, folder))
	for _, picture := range p.form.Pictures {
		fmt.Fprintf(&b, `<resource identifier="kartei_image_%s" type="webcontent" href="images/%s"><file href="images/%s"/></resource>`+"\n", strings.ReplaceAll(picture.Name, ".", "_"), picture.Name, picture.Name)
	}
	b.WriteString("</resources>\n</manifest>\n")
	return b.String()
}

// meta tells how the test is set: unpublished, one attempt, nothing shuffled.
func (p *packager) meta() string {
	counted := 0
	for i := range p.form.Questions {
		if !p.form.Questions[i].Key.Excused {
			counted++
		}
	}
	limit := ""
	if p.form.Time > 0 {
		limit = fmt.Sprintf("<time_limit>%d</time_limit>\n", int(p.form.Time.Minutes()+0.999))
	}
	return declaration + fmt.Sprintf(`<quiz identifier="kartei_%s" xmlns="http://canvas.instructure.com/xsd/cccv1p0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://canvas.instructure.com/xsd/cccv1p0 https://canvas.instructure.com/xsd/cccv1p0.xsd">
<title>%s</title>
<description></description>
<shuffle_answers>false</shuffle_answers>
<scoring_policy>keep_highest</scoring_policy>
<hide_results>always</hide_results>
<quiz_type>assignment</quiz_type>
<points_possible>%d.0</points_possible>
%s<show_correct_answers>false</show_correct_answers>
<allowed_attempts>1</allowed_attempts>
<one_question_at_a_time>false</one_question_at_a_time>
<cant_go_back>false</cant_go_back>
<available>false</available>
<assignment identifier="kartei_assignment_%s">
<title>%s</title>
<workflow_state>unpublished</workflow_state>
<quiz_identifierref>kartei_%s</quiz_identifierref>
<points_possible>%d.0</points_possible>
<grading_type>points</grading_type>
<submission_types>online_quiz</submission_types>
<position>1</position>
</assignment>
</quiz>
`, p.id, p.title(), counted, limit, p.id, p.title(), p.id, counted)
}
